import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import type { CreateOptions } from './create-options.ts'
import type { RunProgress } from './run-events.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-target-'))
  const conversation = (id: string) => `${JSON.stringify({ id, messages: [{ role: 'user', content: 'Mend the kite' }] })}\n`
  const of = (ids: readonly string[]) => ids.map(conversation).join('')
  writeFileSync(join(folder, 'a.jsonl'), of(['a1', 'a2', 'a3', 'a4']))
  writeFileSync(join(folder, 'b.jsonl'), '')
  writeFileSync(join(folder, 'c.jsonl'), of(['c1', 'c2', 'c3']))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function toldOf(name: string, options: CreateOptions): Promise<RunProgress[]> {
  const told: RunProgress[] = []
  const config = new DataDesignerConfigBuilder()
    .withSeedDataset(new AgentRolloutSeedSource({ format: 'chat_rows', path: folder }))
    .addColumn(new ExpressionColumnConfig({ name: 'n', expr: '{{ message_count }}' }))
  const onProgress = (progress: RunProgress) => void told.push(structuredClone(progress))
  await new DataDesigner({ seed: 1 }).create(config, { ...options, path: join(folder, name), onProgress })
  return told
}

it('a run over all rows of a seed is never further than it is, though its logs hold several rows, or none', async () => {
  const told = await toldOf('all', { numRecords: 'all' })
  for (const { done, target, drawn } of told) expect(target).toBeGreaterThanOrEqual(Math.max(done, drawn))
  expect(told.at(-1)).toMatchObject({ rows: 7, drawn: 7, target: 7 })
})

it('a run that goes on knows of what was drawn before', async () => {
  const told = await toldOf('some', { numRecords: 5 })
  expect(told.at(-1)).toMatchObject({ rows: 5, target: 5 })
  const more = await toldOf('some', { numRecords: 'all', resume: true })
  for (const { done, target, drawn } of more) expect(target).toBeGreaterThanOrEqual(Math.max(done, drawn))
  expect(more.at(-1)).toMatchObject({ rows: 7, target: 7 })
})
