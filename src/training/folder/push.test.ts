import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { exportDataset } from '../export/export.ts'
import { HubServer } from '../testing/hub-server.ts'
import { sampleRow } from '../testing/sample-row.ts'
import { pushExport } from './push.ts'

let hub: HubServer
let hubUrl: string
let base: string
beforeEach(async () => {
  hub = new HubServer()
  hubUrl = await hub.start()
  base = mkdtempSync(join(tmpdir(), 'push-'))
})
afterEach(async () => {
  await hub.stop()
  rmSync(base, { recursive: true })
})

async function exported(name: string, ids: readonly string[], more: { redact?: string; shardBytes?: number } = {}): Promise<string> {
  const output = join(base, name)
  await exportDataset(
    ids.map(id => sampleRow(id)),
    { output, view: 'session', redact: 'default', ...more },
  )
  return output
}
const options = () => ({ repo: 'ada/rows', token: hub.token, hubUrl })

it('publishes all files in one commit as a new private dataset', async () => {
  const folder = await exported('a', ['a', 'b'])
  const { commit, parent, deleted } = await pushExport(folder, options())
  const repo = hub.repos.get('ada/rows')!
  expect(repo.visibility).toBe('private')
  expect(repo.commits).toHaveLength(1)
  expect(repo.commits[0]!.parent).toBe(parent)
  expect(commit).toBe(repo.head)
  expect(deleted).toEqual([])
  for (const file of ['data/train-00000-of-00001.jsonl', 'manifest/train.jsonl', 'README.md', 'export.json'])
    expect(repo.files.get(file)!.equals(readFileSync(join(folder, file)))).toBe(true)
  expect(repo.files.has('rejects.jsonl')).toBe(false)
  expect(repo.files.get('README.md')!.toString()).toContain("data = load_dataset('ada/rows')\n")
})

it('goes on from what is there, takes old data away and leaves other files', async () => {
  await pushExport(await exported('a', ['a', 'b'], { shardBytes: 100 }), options())
  const repo = hub.repos.get('ada/rows')!
  repo.files.set('notes.md', Buffer.from('mine'))
  const first = repo.head
  const { parent, deleted } = await pushExport(await exported('b', ['a']), options())
  expect(parent).toBe(first)
  expect(deleted.length).toBeGreaterThan(1)
  expect([...repo.files.keys()].filter(file => file.startsWith('data/'))).toEqual(['data/train-00000-of-00001.jsonl'])
  expect(repo.files.get('notes.md')!.toString()).toBe('mine')
  expect(repo.commits).toHaveLength(2)
})

it('sends large files as they are', async () => {
  hub.largeFrom = 500
  const folder = await exported('a', ['a'])
  await pushExport(folder, options())
  const data = hub.repos.get('ada/rows')!.files.get('data/train-00000-of-00001.jsonl')!
  expect(data.equals(readFileSync(join(folder, 'data/train-00000-of-00001.jsonl')))).toBe(true)
  expect(hub.requests.some(request => request.startsWith('PUT /objects/'))).toBe(true)
})

it('tells what it would write and writes nothing', async () => {
  const { written, commit } = await pushExport(await exported('a', ['a']), { ...options(), isDryRun: true })
  expect(written.map(({ path }) => path)).toContain('data/train-00000-of-00001.jsonl')
  expect(commit).toBeNull()
  expect(hub.requests.every(request => request.startsWith('GET '))).toBe(true)
})

it('publishes nothing where somebody else wrote meanwhile', async () => {
  await pushExport(await exported('a', ['a']), options())
  const repo = hub.repos.get('ada/rows')!
  hub.onCommit = () => {
    repo.head = 'f'.repeat(40)
  }
  const folder = await exported('b', ['b'])
  await expect(pushExport(folder, options())).rejects.toThrow(/the hub answered 412/)
  expect(repo.commits).toHaveLength(1)
})

it('publishes nothing that was not redacted, but by name', async () => {
  const folder = await exported('a', ['a'], { redact: 'off' })
  await expect(pushExport(folder, options())).rejects.toThrow(/nothing in it was redacted/)
  expect(hub.requests).toEqual([])
  await pushExport(folder, { ...options(), unredacted: 'off', isPublic: true })
  expect(hub.repos.get('ada/rows')!.visibility).toBe('public')
})

it('says in one sentence what is wrong', async () => {
  const folder = await exported('a', ['a'])
  await expect(pushExport(folder, { ...options(), token: 'hf_other' })).rejects.toThrow(/the hub answered 401/)
  await expect(pushExport(folder, { ...options(), repo: 'rows' })).rejects.toThrow(/Cannot publish as 'rows'/)
  await expect(pushExport(base, options())).rejects.toThrow(/holds no export/)
  await expect(pushExport(folder, { ...options(), hubUrl: 'http://127.0.0.1:1' })).rejects.toThrow(/Cannot publish 'ada\/rows'/)
})
