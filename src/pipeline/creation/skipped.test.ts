import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { summaryOf } from '../../cli/create/create-summary.ts'
import { statusLines } from '../../cli/runs/run-report.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import type { CreateOptions } from './create-options.ts'
import type { RunProgress } from './run-events.ts'
import { runStatus } from './run-status.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-skipped-'))
  const line = (n: number, more: object) =>
    `${JSON.stringify({ uuid: `u${n}`, sessionId: `s${n}`, timestamp: '2026-03-01T10:00:00Z', ...more })}\n`
  writeFileSync(join(folder, 'a.jsonl'), line(1, { type: 'user', parentUuid: null, message: { role: 'user', content: 'Mend the kite' } }))
  writeFileSync(join(folder, 'b.jsonl'), line(2, { type: 'ai-title', aiTitle: 'Kites' }))
  writeFileSync(join(folder, 'c.jsonl'), '')
  writeFileSync(join(folder, 'd.jsonl'), 'words\nand words\n')
})
afterAll(() => {
  for (const path of [folder, `${folder}-run`]) rmSync(path, { recursive: true, force: true })
})

function config() {
  return new DataDesignerConfigBuilder()
    .withSeedDataset(new AgentRolloutSeedSource({ format: 'claude_code', path: folder }))
    .addColumn(new ExpressionColumnConfig({ name: 'n', expr: '{{ message_count }}' }))
}

it('logs without a conversation are skipped by preview and create, and are no failures', async () => {
  const designer = new DataDesigner({ seed: 1 })
  const preview = await designer.preview(config(), { numRecords: 2 })
  expect(preview.skipped.map(({ reason }) => reason)).toEqual(['Holds no conversation', 'Empty file'])
  expect(preview.failures.map(({ reason }) => reason)).toEqual(['Not JSON Lines: a text file without records'])
  const path = join(folder, '..', `${basename(folder)}-run`)
  const results = await designer.create(config(), { numRecords: 2, path })
  const summary = summaryOf(results, () => '')
  expect(summary).toContain('1 row, 1 failure, seed 1')
  expect(summary).toContain('Skipped, and no failure: 2\n  1 × Holds no conversation\n  1 × Empty file')
  const status = runStatus(path)
  expect(status).toMatchObject({ rejects: 3, skipped: 2 })
  expect(statusLines(status)[1]).toMatch(/^1 of 2 rows · 1 failed · 2 skipped, and no failure/)
})

it('what was skipped, and what is tried again, is no failure of a run that goes on', async () => {
  const designer = new DataDesigner({ seed: 1 })
  const broken = () => config().addColumn(new ExpressionColumnConfig({ name: 'm', expr: '{{ 1 // (n - 1) }}' }))
  const path = join(folder, '..', `${basename(folder)}-on`)
  for (const name of ['e', 'f'])
    writeFileSync(
      join(folder, `${name}.jsonl`),
      `${JSON.stringify({ type: 'user', uuid: name, parentUuid: null, sessionId: name, timestamp: '2026-03-01T10:00:00Z', message: { role: 'user', content: name } })}\n`,
    )
  const told: RunProgress[] = []
  const failedOf = async (how: CreateOptions) => {
    told.length = 0
    await designer.create(broken(), { path, ...how, onProgress: progress => void told.push(structuredClone(progress)) })
    return [told[0]!.failed, told.at(-1)!.failed]
  }
  try {
    // Two rows fail, a file cannot be read, two are skipped.
    expect((await failedOf({ numRecords: 2 }))[1]).toBe(3)
    expect(await failedOf({ numRecords: 3, resume: true })).toEqual([3, 4])
    expect((await failedOf({ retryFailed: true }))[1]).toBe(4)
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
})
