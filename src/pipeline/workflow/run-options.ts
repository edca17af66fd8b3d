import type { Prices } from '../../model/prices.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import type { CreateOptions } from '../creation/create-options.ts'
import type { RunEvent, RunProgress } from '../creation/run-events.ts'
import type { DatasetCreationResults } from '../results/creation-results.ts'

/** How a workflow is run. */
export type WorkflowRunOptions = Pick<CreateOptions, 'artifactPath' | 'path' | 'errorRate' | 'prices' | 'partRows' | 'stop' | 'signal'> & {
  /** What is done with stages that are there: 'never' refuses them, 'if_possible' keeps those that are as they would be made, 'always' wants them to be. Default 'never'; true is 'if_possible'. */
  resume?: 'never' | 'if_possible' | 'always' | boolean
  /**
   * Stop when all stages together have spent this much, in US dollars, whenever that was. Needs the prices of all models. A workflow that
   * goes on keeps its budget unless another is named; null takes it away.
   */
  maxCostUSD?: number | null
  /** Go no further than these stages. Default: all. */
  targets?: string | readonly string[]
  /** Make this stage again, and those behind it. */
  rerunFrom?: string | null
  /** By stage, a path of rows that the next one gets instead of its own. */
  stageOutputOverrides?: { readonly [stage: string]: string }
  /** Told where each stage stands. */
  onStage?: (progress: StageProgress) => void
  /** Told how a stage goes. */
  onProgress?: (progress: RunProgress, stage: string) => void
  /** Told what happens in a stage. */
  onEvent?: (event: RunEvent, stage: string) => void
}

/** Makes the dataset of a stage. `anew`: its rows are made again although its config did not change; what was asked is not asked again. */
export type CreateStage = (builder: DataDesignerConfigBuilder, options: CreateOptions, anew: boolean) => Promise<DatasetCreationResults>

/** Models of a config that have no price among these. */
export type UnpricedModels = (builder: DataDesignerConfigBuilder, prices: Prices) => string[]

/** Where a stage stands: it begins, is there from before, is done, was passed over, or stopped. */
export type StageProgress = {
  /** Name of the stage. */
  stage: string
  /** Its number, from 0. */
  index: number
  /** How many stages are gone through. */
  count: number
  /** What is told. */
  status: 'begins' | 'kept' | 'done' | 'skipped' | 'stopped'
  /** Rows it handed on; null: not known yet. */
  rows: number | null
}

/** Names of the options, to refuse others. */
export const WORKFLOW_RUN_OPTIONS: readonly string[] = [
  ...['artifact_path', 'path', 'error_rate', 'prices', 'part_rows', 'stop', 'signal', 'resume', 'targets', 'rerun_from'],
  ...['stage_output_overrides', 'on_stage', 'on_progress', 'on_event', 'maxCostUSD'],
]
