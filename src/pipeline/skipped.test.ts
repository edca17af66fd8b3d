import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { summaryOf } from '../cli/create-summary.ts'
import { ExpressionColumnConfig } from '../column/expression.ts'
import { AgentRolloutSeedSource } from '../seed/rollouts.ts'
import { DataDesignerConfigBuilder } from './builder.ts'
import { DataDesigner } from './data-designer.ts'

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
  const results = await designer.create(config(), { numRecords: 2, path: join(folder, '..', `${basename(folder)}-run`) })
  const summary = summaryOf(results, () => '')
  expect(summary).toContain('1 row, 1 failure, seed 1')
  expect(summary).toContain('Skipped, and no failure: 2\n  1 × Holds no conversation\n  1 × Empty file')
})
