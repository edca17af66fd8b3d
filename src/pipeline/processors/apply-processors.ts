import type { TemplateMode } from '../../column/column.ts'
import { setOwn } from '../../json/own.ts'
import { Random } from '../../random.ts'
import type { Row } from '../../row.ts'
import type { Processor, ProcessorConfig } from './processor.ts'

/** Rows made beside the dataset, by the processor that made them. */
export type Artifacts = { [processor: string]: Row }

/** A row with its processors applied, or the one that failed and why. */
export type Applied = { row: Row; artifacts: Artifacts } | { processor: string; error: unknown }

/** Processors that are ready, in the order in which they are applied. */
export type OpenProcessors = readonly { name: string; process: Processor }[]

/** Compile the templates of processors once, for any number of rows. */
export function openProcessors(configs: readonly ProcessorConfig[], mode: TemplateMode): OpenProcessors {
  return configs.map(config => ({ name: config.name, process: config.open(mode) }))
}

/** Apply processors to a finished row, each to what the one before it left. Equal seeds and keys give equal rows. */
export function applyProcessors(row: Row, processors: OpenProcessors, { seed, rowKey }: { seed: number; rowKey: string }): Applied {
  const artifacts: Artifacts = {}
  for (const { name, process } of processors) {
    try {
      const processed = process(row, new Random(seed, 'processor', name, rowKey))
      row = processed.row
      if (processed.artifact !== null) setOwn(artifacts, name, processed.artifact)
    } catch (error) {
      return { processor: name, error }
    }
  }
  return { row, artifacts }
}
