import type { Problem } from '../../column/column.ts'
import { type Fields, numberAt, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { leaveOutNear, USUAL_COSINE } from '../../training/curate/leave-out-near.ts'
import { writeFinished } from './finished-rows.ts'
import { defineProcessor, type FinishedDataset, PROCESSOR_FIELDS, type Processor, type ProcessorConfig } from './processor.ts'

/**
 * Puts the rows beside the dataset, once all are there, without those whose vector is near that of an earlier row that stays; what is left out
 * is told with the row it is like.
 */
export class NearDuplicatesProcessorConfig implements ProcessorConfig {
  readonly processorType = 'near_duplicates'
  readonly name: string
  /** Column with the vectors, such as one of type `embedding`. */
  readonly column: string
  /** Cosine from where on rows are near-duplicates. Default 0.95. */
  readonly threshold: number

  constructor(options: Pick<NearDuplicatesProcessorConfig, 'name' | 'column'> & Partial<Pick<NearDuplicatesProcessorConfig, 'threshold'>>) {
    const where = `processor '${options.name}'`
    refuseUnknownOptions(options, ['name', 'column', 'threshold'], where)
    const { threshold = USUAL_COSINE } = options
    if (!(threshold > 0 && threshold <= 1)) refuse(`threshold: found ${threshold}, expected a number above 0, 1 at most`, where)
    this.name = options.name
    this.column = options.column
    this.threshold = threshold
  }

  get requiredColumns(): readonly string[] {
    return [this.column]
  }

  problems(): Problem[] {
    return []
  }

  keeps(columns: ReadonlySet<string>): ReadonlySet<string> {
    return columns
  }

  open(): Processor {
    return row => ({ row, artifact: null })
  }

  async finish(finished: FinishedDataset): Promise<void> {
    await writeFinished(finished, () => leaveOutNear(finished.rows, this))
  }

  toJSON(): JsonObject {
    const { name, processorType, column, threshold } = this
    return { column, name, processor_type: processorType, threshold }
  }
}

const FIELDS: Fields = {
  ...PROCESSOR_FIELDS,
  column: ['text', '', 'column with vectors: one of type `embedding`, or a list of numbers'],
  threshold: ['number', String(USUAL_COSINE), 'cosine from where on rows are near-duplicates: above 0, 1 at most'],
}

export const nearDuplicates = defineProcessor({
  name: 'near_duplicates',
  description:
    'Leaves out near-duplicates by their vectors when the dataset is whole: of rows that are near the first stays; `rows.jsonl` and `rejects.jsonl` in `exports/NAME` of its folder',
  fields: FIELDS,
  fromJSON: config => {
    const name = requiredStringAt(config, 'name', 'a processor')
    const where = `processor '${name}'`
    refuseUnknownKeys(config, FIELDS, where)
    const threshold = numberAt(config, 'threshold', where)
    return new NearDuplicatesProcessorConfig({
      name,
      column: requiredStringAt(config, 'column', where),
      ...(threshold === null ? {} : { threshold }),
    })
  },
  example: { needs: { column: 'vector' }, more: { threshold: 0.95 }, row: { id: 1, vector: { embeddings: [[0.6, 0.8]] } } },
})
