import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import type { SamplingStrategy, SelectionStrategy } from '../../seed/select.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import type { DataDesignerConfigBuilder } from '../builder.ts'
import type { ProcessorConfig } from '../processor.ts'

/** How a stage is run, and what of it the next one gets. */
export type StageOptions = {
  /** Rows to draw; more than the stage before gave draws some again. Default: all that it gave; of the first, as `create` has it. */
  numRecords?: number | null
  /** Called when the stage is done, with its folder; gives the path of the rows that the next stage gets. */
  onSuccess?: ((path: string) => string | Promise<string>) | null
  /** Says which version of `onSuccess` it is: with it, a stage that is done is not called for again. */
  onSuccessVersion?: string | null
  /** Processors that work on the rows of the stage when all are there; what comes of them goes to the next one. */
  outputProcessors?: readonly ProcessorConfig[]
  /** What goes to the next stage: 'final', its rows, or 'processor:NAME', what a processor made beside them. Default 'final'. */
  output?: string
  /** Whether the stage may give no rows; those behind it are then passed over. Default false: that is an error. */
  allowEmpty?: boolean
  /** The order in which rows of the stage before are drawn. Default 'ordered'. */
  samplingStrategy?: SamplingStrategy
  /** Which of them. Default: all. */
  selectionStrategy?: SelectionStrategy | null
}

/** A stage of a workflow. */
export type Stage = Required<StageOptions> & {
  /** Unique in the workflow. */
  name: string
  /** Its config; the seed of any but the first is what the stage before gave. */
  builder: DataDesignerConfigBuilder
}

/** A stage with its defaults filled in. Throws where its settings cannot be. */
export function stageFrom(name: string, builder: DataDesignerConfigBuilder, options: StageOptions): Stage {
  const where = `stage '${name}'`
  refuseUnknownOptions(options, STAGE_OPTIONS, where)
  checkFolderName(name, 'a stage')
  const stage: Stage = {
    name,
    builder,
    numRecords: options.numRecords ?? null,
    onSuccess: options.onSuccess ?? null,
    onSuccessVersion: options.onSuccessVersion ?? null,
    outputProcessors: [...(options.outputProcessors ?? [])],
    output: options.output ?? 'final',
    allowEmpty: options.allowEmpty ?? false,
    samplingStrategy: options.samplingStrategy ?? 'ordered',
    selectionStrategy: options.selectionStrategy ?? null,
  }
  if (stage.numRecords !== null && !isCount(stage.numRecords, 1))
    throw new TracewrightError('config', `num_records: found ${writeJson(stage.numRecords)}, expected ${countFrom(1)}`, { where })
  const own = builder.processors.map(processor => processor.name)
  const names = [...own, ...stage.outputProcessors.map(processor => processor.name)]
  const twice = names.find((each, i) => names.indexOf(each) !== i)
  if (twice !== undefined)
    throw new TracewrightError('config', `output_processors: found two processors named '${twice}', expected names of their own`, { where })
  const processor = processorOf(stage.output)
  if (processor !== null ? !names.includes(processor) : stage.output !== 'final')
    throw new TracewrightError(
      'config',
      `output: found '${stage.output}', expected 'final' or 'processor:NAME' of a processor of the stage`,
      {
        where,
        ...(names.length === 0 ? {} : { hint: `Its processors are ${names.join(', ')}` }),
      },
    )
  return stage
}

/** The name of the processor whose rows are the output; null: it is the stage's own. */
export function processorOf(output: string): string | null {
  return /^processor:(.+)$/s.exec(output)?.[1] ?? null
}

/** Names of stages and workflows are names of folders. Throws where one cannot be. */
export function checkFolderName(name: string, what: string): void {
  if (typeof name === 'string' && name.trim() !== '' && name.length <= 100 && !/^\.{1,2}$|[<>:"/\\|?*\p{Cc}]/u.test(name)) return
  throw new TracewrightError('config', `Cannot name ${what} ${writeJson(name)}: expected a text that can be the name of a folder`)
}

/** Options of a stage, as configs name them. */
const STAGE_OPTIONS = [
  ...['num_records', 'on_success', 'on_success_version', 'output_processors', 'output', 'allow_empty'],
  ...['sampling_strategy', 'selection_strategy'],
]
