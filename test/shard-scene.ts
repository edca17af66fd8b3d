import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { CustomColumnConfig } from '../src/column/custom.ts'
import { ExpressionColumnConfig } from '../src/column/expression.ts'
import { customColumnGenerator } from '../src/column/generator-function.ts'
import { LLMTextColumnConfig } from '../src/column/llm-text.ts'
import { RunFolder } from '../src/dataset/run/folder.ts'
import { runRows } from '../src/dataset/run/rows.ts'
import { writeJson } from '../src/json/exact.ts'
import { ModelConfig } from '../src/model/model-config.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { runFailures } from '../src/pipeline/creation/run-status.ts'
import type { Row } from '../src/row.ts'
import { LocalFileSeedSource } from '../src/seed/file.ts'
import type { SamplingStrategy } from '../src/seed/select.ts'
import { startCli } from './cli-process.ts'

/** A file of numbers in a folder; some rows hold what other rows hold as another type, or not at all. */
export function numbersIn(folder: string, rows: number): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'numbers.jsonl')
  const late = (n: number) => (n < rows / 2 ? `${n}` : `"x${n}"`)
  const wide = (n: number) => (n === 1 ? '9007199254740993' : n === rows - 1 ? '0.5' : `${n}`)
  const lines = Array.from(
    { length: rows },
    (_, n) => `{"n":${n},"mixed":${late(n)},"wide":${wide(n)},"rare":${n === rows - 2 ? '"here"' : 'null'}}\n`,
  )
  writeFileSync(path, lines.join(''))
  return path
}

/** Rows of a file with chance in each, a question to a model each, and a failure now and then. */
export function overFile(
  path: string,
  options: { samplingStrategy?: SamplingStrategy; parallel?: number } = {},
): DataDesignerConfigBuilder {
  const { samplingStrategy = 'ordered', parallel = 4 } = options
  const inferenceParameters = { maxParallelRequests: parallel }
  return new DataDesignerConfigBuilder({
    modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', provider: 'here', inferenceParameters })],
  })
    .withSeedDataset(new LocalFileSeedSource({ path }), { samplingStrategy })
    .addColumn(new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(100000) | random }}', dtype: 'int' }))
    .addColumn(new LLMTextColumnConfig({ name: 'asked', modelAlias: 'm', prompt: 'Ask {{ n }}' }))
    .addColumn(new LLMTextColumnConfig({ name: 'again', modelAlias: 'm', prompt: 'Again {{ asked }}' }))
}

/** As `overFile`, with a function that draws and fails, which no config file can hold. */
export function withFunction(path: string): DataDesignerConfigBuilder {
  return overFile(path).addColumn(
    new CustomColumnConfig({
      name: 'drawn',
      generatorFunction: customColumnGenerator({ requiredColumns: ['n'] }, (row: Row, { rng }) => {
        if (Number(row['n']) % 9 === 2) throw new Error('no nines')
        return { ...row, drawn: rng() }
      }),
    }),
  )
}

/** Everything of a run that does not depend on who made it: rows, failures, and what the manifest says of them. */
export async function contentOf(path: string) {
  const folder = new RunFolder(path)
  const manifest = folder.readManifest()!
  const { status, reason, target, drawn, drawn_rows, rows, declined, rejects, seed, config_hash, types } = manifest
  const { RunRejects } = await import('../src/dataset/run/rejects.ts')
  return {
    rows: (await Array.fromAsync(runRows(folder, manifest))).map(row => writeJson(row)),
    failures: RunRejects.read(folder, manifest).map(reject => writeJson(reject)),
    asked: (await Array.fromAsync(runFailures(path))).map(({ row, questions }) => [row, questions.flatMap(({ messages }) => messages)]),
    manifest: { status, reason, target, drawn, drawn_rows, rows, declined, rejects, seed, config_hash, types },
  }
}

/** Run the command line to its end, and expect it to end so. */
export async function cli(
  args: readonly string[],
  cwd: string,
  code: number | null = 0,
  environment: { [name: string]: string } = {},
): Promise<string> {
  const ended = await startCli(args, cwd, environment).output
  expect(ended.code, `${args.join(' ')}: ${ended.stderr}${ended.stdout}`).toBe(code)
  return ended.stdout + ended.stderr
}
