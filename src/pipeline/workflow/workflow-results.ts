import { resolve } from 'node:path'
import { openDataset } from '../../dataset/open-dataset.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import { exportRows, runRows } from '../../dataset/run/rows.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import type { Row } from '../../row.ts'
import type { DatasetAnalysis } from '../analysis/dataset-analysis.ts'
import type { DatasetCreationResults, FileOptions } from '../results/creation-results.ts'
import { recordsAt } from './stage-output.ts'

/** A stage that was passed over. */
export type SkippedStageResult = {
  /** Why. */
  status: 'skipped_empty_upstream'
  /** The stage that gave no rows. */
  upstreamStage: string
}

/** What came of a stage, and where the rows are that it handed on. */
export type StageResult = {
  /** What came of it. */
  results: DatasetCreationResults | SkippedStageResult
  /** Where the rows are that it handed on; null: nothing was. */
  outputPath: string | null
}

/** What came of a workflow, stage by stage. Its dataset is what the last stage that ran handed on. */
export class CompositeWorkflowResults {
  /** Name of the workflow. */
  readonly name: string
  /** Its folder. */
  readonly path: string
  /** Name of the stage that was to be reached. */
  readonly finalStageName: string
  /** Why a stage stopped before it was done; null: none did. */
  readonly stopped: {
    /** Its name. */
    stage: string
    /** Why, in words. */
    reason: string
  } | null
  private readonly stages: ReadonlyMap<string, StageResult>

  /** @internal */
  constructor(made: {
    name: string
    path: string
    finalStageName: string
    stopped: { stage: string; reason: string } | null
    stages: ReadonlyMap<string, StageResult>
  }) {
    this.name = made.name
    this.path = made.path
    this.finalStageName = made.finalStageName
    this.stopped = made.stopped
    this.stages = made.stages
  }

  /** Names of the stages that were gone through. */
  get stageNames(): string[] {
    return [...this.stages.keys()]
  }

  /** The same. */
  keys(): string[] {
    return this.stageNames
  }

  /** Names of the stages that were gone through, each with what came of it. */
  items(): [string, DatasetCreationResults | SkippedStageResult][] {
    return [...this.stages].map(([name, { results }]) => [name, results])
  }

  /** What came of a stage; where it has `outputProcessors`, what came of these. Throws where it was not reached. */
  stage(name: string): DatasetCreationResults | SkippedStageResult {
    return this.reached(name).results
  }

  /** What came of the last stage. Throws where it was passed over or not reached. */
  get finalResult(): DatasetCreationResults {
    const { results } = this.reached(this.finalStageName)
    if ('upstreamStage' in results) throw this.skipped(this.finalStageName, results)
    return results
  }

  /** Where the rows are that a stage handed on. */
  getStageOutputPath(name: string): string {
    const { results, outputPath } = this.reached(name)
    if ('upstreamStage' in results) throw this.skipped(name, results)
    return outputPath ?? results.path
  }

  /** Rows that a stage handed on, one after the other. Default: the last one. */
  async *rows(stage: string = this.finalStageName): AsyncIterable<Row> {
    const path = this.getStageOutputPath(stage)
    if ((await recordsAt(path)) === 0) return
    if (RunFolder.isRun(path)) {
      const folder = new RunFolder(path)
      yield* runRows(folder, folder.readManifest()!)
      return
    }
    await using dataset = await openDataset(path)
    yield* dataset.rows()
  }

  /** The same, in memory. */
  async loadDataset(): Promise<Row[]> {
    return this.loadStageOutput(this.finalStageName)
  }

  /** All rows that a stage handed on, in memory. */
  async loadStageOutput(stage: string): Promise<Row[]> {
    return Array.fromAsync(this.rows(stage))
  }

  /** How many rows the last stage handed on. */
  async countRecords(): Promise<number> {
    return this.countStageOutputRecords(this.finalStageName)
  }

  /** How many rows a stage handed on. */
  async countStageOutputRecords(stage: string): Promise<number> {
    return recordsAt(this.getStageOutputPath(stage))
  }

  /** What the columns of the last stage hold. */
  async loadAnalysis(): Promise<DatasetAnalysis> {
    return this.finalResult.loadAnalysis()
  }

  /** Write the rows that the last stage handed on to a file, in the format its ending names, or `format`. Gives their number. */
  async export(path: string, options: FileOptions = {}): Promise<number> {
    return this.exportStage(this.finalStageName, path, options)
  }

  /** The same of any stage. */
  async exportStage(stage: string, path: string, options: FileOptions = {}): Promise<number> {
    refuseUnknownOptions(options, ['nested', 'format'], 'export')
    const { nested = false, format } = options
    return exportRows(this.rows(stage), path, { nested, format })
  }

  /** Put what the last stage made on the Hugging Face hub; see `DatasetCreationResults.pushToHub`. Throws where it handed on something else. */
  async pushToHub(...given: Parameters<DatasetCreationResults['pushToHub']>): Promise<string> {
    const final = this.finalResult
    if (resolve(this.getStageOutputPath(this.finalStageName)) === resolve(final.path)) return final.pushToHub(...given)
    throw new TracewrightError('usage', `Cannot push workflow '${this.name}': its last stage handed on other rows than it made`, {
      hint: 'Write them to a file (export), or push what the stage made: stage(name).pushToHub(…)',
    })
  }

  private reached(name: string): StageResult {
    const known = this.stages.get(name)
    if (known !== undefined) return known
    const { stopped } = this
    throw new TracewrightError(
      'usage',
      `Cannot give what came of stage '${name}': ${stopped === null ? `expected one of ${this.stageNames.join(', ')}` : `the workflow stopped at '${stopped.stage}'`}`,
      stopped === null ? {} : { hint: stopped.reason },
    )
  }

  private skipped(name: string, { upstreamStage }: SkippedStageResult): TracewrightError {
    return new TracewrightError(
      'usage',
      `Cannot give what came of stage '${name}': it was passed over, since '${upstreamStage}' gave no rows`,
    )
  }
}
