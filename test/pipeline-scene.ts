import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { ExpressionColumnConfig } from '../src/column/expression.ts'
import { LLMTextColumnConfig } from '../src/column/llm-text.ts'
import { ModelConfig } from '../src/model/model-config.ts'
import { ModelProvider } from '../src/model/model-provider.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { RowsSeedSource } from '../src/seed/rows.ts'
import { type Answer, type ModelServer, startModelServer } from './model-server.ts'

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tracewright-create-'))
  clean.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A server that is gone after the test; it says what it was asked, in brackets, unless told otherwise. */
export async function serve(answer: Answer = ({ prompt }) => `[${prompt}]`): Promise<ModelServer> {
  const server = await startModelServer(answer)
  clean.push(() => server.close())
  return server
}

/** Runs pipelines over a server. */
export function designer(server: ModelServer, seed = 1): DataDesigner {
  return new DataDesigner({ seed, modelProviders: [new ModelProvider({ name: 'here', endpoint: server.endpoint })] })
}

/** What the pipeline of `pipeline()` may differ in. */
export type PipelineOptions = { rows?: number; first?: string; second?: string; parallel?: number }

/** Numbers; a column that asks about each, one that asks about the answer, one that measures it, and one by chance. */
export function pipeline(options: PipelineOptions = {}): DataDesignerConfigBuilder {
  const { first = 'First {{ n }}', second = 'Second {{ a }}' } = options
  return numbers(options)
    .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: first }))
    .addColumn(new LLMTextColumnConfig({ name: 'b', modelAlias: 'm', prompt: second }))
    .addColumn(new ExpressionColumnConfig({ name: 'length', expr: '{{ b | length }}', dtype: 'int' }))
    .addColumn(new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(1000) | random }}', dtype: 'int' }))
}

/** Numbers as a seed, and a model to ask. */
export function numbers({ rows = 30, parallel = 8 }: PipelineOptions = {}): DataDesignerConfigBuilder {
  const inferenceParameters = { maxParallelRequests: parallel }
  return new DataDesignerConfigBuilder({
    modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', inferenceParameters })],
  }).withSeedDataset(new RowsSeedSource({ rows: Array.from({ length: rows }, (_, n) => ({ n })) }))
}

/** The rows `pipeline()` makes, where the server says what it was asked. */
export function expected(count: number): { n: number; a: string; b: string }[] {
  return Array.from({ length: count }, (_, n) => ({ n, a: `[First ${n}]`, b: `[Second [First ${n}]]` }))
}
