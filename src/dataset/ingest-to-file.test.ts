import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import { openRollouts } from '../rollout/read.ts'
import { ingestToFile } from './ingest-to-file.ts'

const logs = join(import.meta.dirname, '..', '..', 'examples', 'logs')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-file-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.each(['parquet', 'jsonl', 'json', 'csv'])('ingestToFile() writes the rows of the logs, in their order, as %s', async ending => {
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
})

it('ingestToFile() leaves nothing where there is nothing to read', async () => {
  const [empty, output] = [join(folder, 'empty'), join(folder, 'none.parquet')]
  mkdirSync(empty)
  await expect(ingestToFile({ format: 'codex', path: empty, output, workers: 1 })).rejects.toThrow(/no codex logs/)
  expect(existsSync(output)).toBe(false)
})
