import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import * as codecs from '../codec/codecs.ts'
import type { Json } from '../json/json.ts'
import { openRollouts } from '../rollout/read.ts'
import { ingestToFile } from './ingest-to-file.ts'

const logs = join(import.meta.dirname, '..', '..', 'examples', 'logs')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-file-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.each(Object.values(codecs).map(({ extensions: [ending] }) => ending!.slice(1)))(
  'ingestToFile() writes the rows of the logs, in their order, as %s',
  async ending => {
    const output = join(folder, `rows.${ending}`)
    const heard: number[] = []
    const result = await ingestToFile({ format: 'auto', path: logs, output, workers: 1, onUnit: (_, __, { done }) => heard.push(done) })
    await using rollouts = await openRollouts({ format: 'auto', path: logs })
    const outcomes = await Array.fromAsync(rollouts)
    const ids = outcomes.flatMap(outcome => ('row' in outcome ? outcome.row.trace_id : []))
    const written = await Array.fromAsync(codecFor(output).read(output))
    expect(written.map(row => row['trace_id'])).toEqual(ids)
    expect(result).toMatchObject({ units: rollouts.units.length, rows: ids.length, rejects: outcomes.length - ids.length })
    expect(heard).toEqual(rollouts.units.map((_, i) => i + 1))
    expect(readdirSync(folder).filter(name => !/^rows\.[a-z]+$/.test(name))).toEqual([])
  },
)

it('ingestToFile() leaves nothing where there is nothing to read', async () => {
  const [empty, output] = [join(folder, 'empty'), join(folder, 'none.parquet')]
  mkdirSync(empty)
  await expect(ingestToFile({ format: 'codex', path: empty, output, workers: 1 })).rejects.toThrow(/no codex logs/)
  expect(existsSync(output)).toBe(false)
})

it('ingestToFile() puts lines first that show types which the first ten megabytes do not', async () => {
  const [path, output] = [join(folder, 'long'), join(folder, 'long.jsonl')]
  mkdirSync(path)
  const write = (name: string, text: string, facts: object) => {
    const record = (uuid: string, parentUuid: string | null, rest: object) =>
      `${JSON.stringify({ uuid, parentUuid, sessionId: name, timestamp: '2026-01-01T00:00:00Z', version: '2.1.0', ...facts, ...rest })}\n`
    const log =
      record('u', null, { type: 'user', message: { role: 'user', content: text } }) +
      record('a', 'u', { type: 'assistant', message: { id: `m${name}`, role: 'assistant', content: [{ type: 'text', text: name }] } })
    writeFileSync(join(path, `${name}.jsonl`), log)
  }
  const names = Array.from({ length: 14 }, (_, i) => `a${String(i).padStart(2, '0')}`)
  for (const name of names) write(name, `${name} `.repeat(200_000), {})
  write('z', 'dig', { gitBranch: 'garden' })
  await ingestToFile({ format: 'auto', path, output, workers: 1 })
  const ids: Json[] = []
  for await (const row of codecFor(output).read(output)) ids.push(row['trace_id']!)
  expect(ids).toEqual(['z', ...names])
  await ingestToFile({ format: 'auto', path, output, workers: 1, nested: true, force: true })
  for await (const row of codecFor(output).read(output)) expect(row['trace_id']).toBe(ids.splice(1, 1)[0] ?? 'z')
  expect(readdirSync(folder).filter(name => name.endsWith('.front'))).toEqual([])
})
