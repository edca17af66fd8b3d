import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { ingestToStore } from '../dataset/store/ingest.ts'
import { OpenSource } from './open-source.ts'
import { findSources } from './sources.ts'

const reads: number[] = []

/** Opens rows, and notes which are read. */
async function watched(...given: Parameters<typeof openRowFiles>): ReturnType<typeof openRowFiles> {
  const rows = await openRowFiles(...given)
  const read = rows.read.bind(rows)
  rows.read = index => {
    reads.push(index)
    return read(index)
  }
  return rows
}

const folder = mkdtempSync(join(tmpdir(), 'tracewright-forks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const FORKS = 17

const nameOf = (id: string) => `2026-03-01T10-00-00-000Z_${id}.jsonl`

/** A session of Pi that says `words`; a fork names the file it left. */
function session(id: string, parent: string | null, words: readonly string[]): void {
  const at = (i: number) => new Date(Date.UTC(2026, 2, 1, 10, i)).toISOString()
  const lines = words.map((content, i) => ({
    type: 'message',
    id: /^(?:Ask|Answer) /.test(content) ? `m${i}` : `${id}-${i}`,
    parentId: i === 0 ? null : `m${i - 1}`,
    timestamp: at(i),
    message: { role: i % 2 === 0 ? 'user' : 'assistant', content },
  }))
  const head = {
    type: 'session',
    version: 3,
    id,
    timestamp: at(0),
    cwd: '/srv/kites',
    ...(parent === null ? {} : { parentSession: parent }),
  }
  writeFileSync(join(folder, 'logs', nameOf(id)), [head, ...lines].map(line => `${JSON.stringify(line)}\n`).join(''))
}

it('a session with many forks is one row that is read; each fork stands where it left', async () => {
  mkdirSync(join(folder, 'logs'))
  const words = Array.from({ length: 2 * FORKS + 2 }, (_, i) => `${i % 2 === 0 ? 'Ask' : 'Answer'} ${i}`)
  session('base', null, words)
  for (let n = 1; n <= FORKS; n++)
    session(`fork-${n}`, join(folder, 'logs', nameOf('base')), [...words.slice(0, 2 * n), `Other way ${n}`, `Gone ${n}`])
  await ingestToStore({ format: 'auto', path: join(folder, 'logs'), folder: join(folder, 'store'), workers: 1 })
  const source = new OpenSource(findSources([join(folder, 'store')], folder)[0]!, watched)
  const { pages } = (await source.session('base'))!
  expect(reads).toHaveLength(1)
  const items = pages.items(0, pages.size)
  const forks = items.flatMap((item, i) =>
    item.kind === 'child' ? [{ id: item.child.trace_id, title: item.child.title, before: items.slice(0, i) }] : [],
  )
  expect(forks.map(({ id, title }) => `${id} ${title}`).sort()).toEqual(
    Array.from({ length: FORKS }, (_, i) => `fork-${i + 1} Other way ${i + 1}`).sort(),
  )
  for (const { id, before } of forks)
    expect(before.filter(({ kind }) => kind !== 'child')).toHaveLength(2 * Number(id.slice('fork-'.length)))
})
