import type { Problem } from '../../column/column.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { type Fields, listAt, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import { checkStage, runStages, STAGE_NAMES, type StageSettings } from '../../training/run-stages.ts'
import { EXPORT_KEYS, readSettings, saidSettings } from './export-fields.ts'
import { writeFinished } from './finished-rows.ts'
import { defineProcessor, type FinishedDataset, PROCESSOR_FIELDS, type Processor, type ProcessorConfig } from './processor.ts'

/** Takes the rows through single stages of an export once all are there, as `runStages` does: what comes out are rows again. */
export class TrainingStagesProcessorConfig implements ProcessorConfig {
  readonly processorType = 'training_stages'
  readonly name: string
  /** In the order in which rows go through them. */
  readonly stages: readonly StageSettings[]
  readonly requiredColumns: readonly string[] = ['messages']

  constructor(options: Pick<TrainingStagesProcessorConfig, 'name' | 'stages'>) {
    refuseUnknownOptions(options, ['name', 'stages'], `processor '${options.name}'`)
    this.name = options.name
    this.stages = options.stages
  }

  problems(): Problem[] {
    const found = this.stages.length === 0 ? ['no stage is named'] : []
    for (const one of this.stages)
      try {
        checkStage(one)
      } catch (error) {
        found.push(messageOf(error))
      }
    return found.map(message => this.told(message))
  }

  async ready(): Promise<Problem[]> {
    try {
      // Without rows the stages are opened, and no more.
      await Array.fromAsync(runStages([], this.stages))
      return []
    } catch (error) {
      if (!(error instanceof TracewrightError)) throw error
      return [this.told(error.sentence)]
    }
  }

  keeps(columns: ReadonlySet<string>): ReadonlySet<string> {
    return columns
  }

  open(): Processor {
    return row => ({ row, artifact: null })
  }

  async finish(finished: FinishedDataset): Promise<void> {
    await writeFinished(finished, () => runStages(finished.rows, this.stages))
  }

  toJSON(): JsonObject {
    const stages = this.stages.map(({ stage, ...settings }) => ({ stage, ...saidSettings(settings) }))
    return { name: this.name, processor_type: this.processorType, stages }
  }

  private told(message: string): Problem {
    return { level: 'error', column: null, message: `processor '${this.name}': ${message}` }
  }
}

const FIELDS: Fields = {
  ...PROCESSOR_FIELDS,
  stages: [
    'list of objects',
    '',
    `stages in their order: \`stage\` (${STAGE_NAMES.map(name => `\`${name}\``).join(', ')}) and its settings, named as those of \`export\``,
  ],
}

/** What a stage may say. */
const KEYS: Fields = { stage: ['text', '', 'its name'], ...Object.fromEntries([...EXPORT_KEYS.keys()].map(key => [key, ['text', '', '']])) }

export const trainingStages = defineProcessor({
  name: 'training_stages',
  description:
    'Takes the dataset, when it is whole, through single stages of an export (view, mask, window, redact, curate, split …); rows come out again, `rows.jsonl` and `rejects.jsonl` in `exports/NAME` of its folder',
  fields: FIELDS,
  fromJSON: config => {
    const name = requiredStringAt(config, 'name', 'a processor')
    const where = `processor '${name}'`
    refuseUnknownKeys(config, FIELDS, where)
    const listed = listAt(config, 'stages', where)
    if (listed === null) throw new TracewrightError('config', 'stages: found nothing, expected a list of stages', { where })
    const stages = listed.map((stage, i): StageSettings => {
      const place = `${where}, stage ${i + 1}`
      if (!isObject(stage)) throw new TracewrightError('config', `stages: found ${writeJson(stage)}, expected an object`, { where: place })
      refuseUnknownKeys(stage, KEYS, place)
      return { stage: requiredStringAt(stage, 'stage', place), ...readSettings(stage, place) }
    })
    return new TrainingStagesProcessorConfig({ name, stages })
  },
  example: {
    needs: {
      stages: [
        { stage: 'mask', mask: ['flags', 'replay', 'errors'] },
        { stage: 'view', view: 'turn' },
        { stage: 'window', model: 'Qwen/Qwen3-8B', max_tokens: 32_768 },
      ],
    },
    row: { trace_id: 'a', messages: [] },
  },
})
