import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from '../../../bench/generate.ts'
import type { Row } from '../../row.ts'
import { readFacts } from '../dataset-facts.ts'
import { openDataset } from '../open-dataset.ts'
import { ingestToStore } from './ingest.ts'
import type { StoreIngestOptions } from './ingest-options.ts'

/** Much of it may be passed over as bytes: half of the rollout, and a sixth of the session's records. */
const SESSION = '00000007-2222-4c1e-9d1a-aa0000000002.jsonl'
const ROLLOUT = `rollout-2026-03-04T10-00-00-${codexIdOf(7)}.jsonl`

let folder: string
let logs: string
let cases = 0

/** The logs of all fixtures of all formats, and two that were made. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-same-rows-'))
  logs = join(folder, 'logs')
  const formats = join(import.meta.dirname, '..', '..', 'rollout', 'formats')
  for (const format of readdirSync(formats)) {
    const fixtures = join(formats, format, 'fixtures')
    for (const name of existsSync(fixtures) ? readdirSync(fixtures) : []) {
      const from = join(fixtures, name, 'logs')
      if (!existsSync(from)) continue
      cases++
      cpSync(from, join(logs, format, name), { recursive: true })
    }
  }
  writeClaudeSession(join(logs, 'made', '-repo', SESSION), 200_000, 7)
  writeCodexRollout(join(logs, 'made', '2026', '03', '04', ROLLOUT), 4_000_000, 7, 0.5)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function ingest(name: string, path: string, options: Partial<StoreIngestOptions> = {}) {
  const store = join(folder, name)
  const result = await ingestToStore({ format: 'auto', path, folder: store, workers: 1, ...options })
  return { store, result }
}

/** The bytes of a store's rows and facts, by name of file. */
function bytesOf(store: string): { [name: string]: string } {
  const files = ['rows', 'facts'].flatMap(kind => readdirSync(join(store, kind)).map(name => join(kind, name)))
  return Object.fromEntries(files.map(name => [name, readFileSync(join(store, name), 'base64')]))
}

/** Rows and facts by id; `root`: what names the folder of the logs, which rows tell. */
async function rowsOf(store: string, root: string): Promise<Map<string, string>> {
  await using dataset = await openDataset(store)
  const texts = new Map<string, string>()
  const textOf = (value: unknown) => JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item))
  const shown = (row: Row) => textOf(row).replaceAll(root, 'ROOT')
  for await (const row of dataset.rows()) texts.set(String(row['trace_id']), shown(row))
  for await (const facts of readFacts(store)) texts.set(`facts of ${facts.trace_id}`, textOf(facts))
  return texts
}

const filesOf = (path: string) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map(name => join(path, name))
    .filter(file => statSync(file).isFile())

it('gives the same rows, whether one thread parses or two', async () => {
  const [one, two] = [await ingest('one', logs), await ingest('two', logs, { workers: 2 })]
  expect(one.result.rows).toBeGreaterThan(cases)
  expect(await rowsOf(two.store, logs)).toEqual(await rowsOf(one.store, logs))
})

it('gives the same bytes, whether one thread parses or two, where no id is claimed twice', async () => {
  const path = join(folder, 'apart')
  // More than a thread is asked for at once. Rows whose id is taken stand alone, and which ids are taken a thread hears when it is asked.
  for (let i = 0; i < 6; i++) writeClaudeSession(join(path, '-repo', SESSION.replace('7', String(i))), 1_000_000, i)
  const [one, two] = [await ingest('one-apart', path), await ingest('two-apart', path, { workers: 2 })]
  expect(bytesOf(two.store)).toEqual(bytesOf(one.store))
})

it('gives the same rows, whether logs are read whole or as they grow', async () => {
  const growing = join(folder, 'growing')
  cpSync(logs, growing, { recursive: true })
  const grown = filesOf(growing).filter(file => file.endsWith('.jsonl') && statSync(file).size > 0)
  const rests = grown.map(file => {
    const content = readFileSync(file)
    const cuts = [0.5, 0.8].map(part => Math.floor(content.length * part)) as [number, number]
    truncateSync(file, cuts[0])
    return [content.subarray(...cuts), content.subarray(cuts[1])] as const
  })
  const first = await ingest('grown', growing)
  for (const go of [0, 1] as const) {
    for (const [i, file] of grown.entries()) appendFileSync(file, rests[i]![go])
    expect((await ingest('grown', growing)).result.replaced).toBeGreaterThan(cases / 2)
  }
  const whole = await ingest('whole', growing)
  expect(await rowsOf(first.store, growing)).toEqual(await rowsOf(whole.store, growing))
})

it('gives the same rows, whether records are passed over as bytes or decoded', async () => {
  const decoded = join(folder, 'decoded')
  const roots = ['claude-code', 'codex', 'made']
  for (const name of roots) cpSync(join(logs, name), join(decoded, name), { recursive: true })
  // A space that no agent writes: whoever looks at the first bytes of a record does not know it, and it is decoded whole.
  for (const file of filesOf(decoded).filter(file => file.endsWith('.jsonl')))
    writeFileSync(file, readFileSync(file, 'latin1').replace(/^\{"/gm, '{ "'), 'latin1')
  const plain = await ingest('plain', decoded)
  for (const name of roots) {
    rmSync(join(decoded, name), { recursive: true })
    cpSync(join(logs, name), join(decoded, name), { recursive: true })
  }
  const quick = await ingest('quick', decoded)
  expect(await rowsOf(plain.store, decoded)).toEqual(await rowsOf(quick.store, decoded))
})
