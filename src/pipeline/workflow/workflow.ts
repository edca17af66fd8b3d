import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Compat } from '../../compat.ts'
import { lockFolder } from '../../disk/lock.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { Prices } from '../../model/prices.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { withoutPrices } from '../creation/budget.ts'
import { readWorkflowRecord } from './record.ts'
import { type CreateStage, type UnpricedModels, WORKFLOW_RUN_OPTIONS, type WorkflowRunOptions } from './run-options.ts'
import { runStages } from './run-stages.ts'
import { checkFolderName, type Stage, type StageOptions, stageFrom } from './stage.ts'
import { StageBudget } from './stage-budget.ts'
import { overridesFrom } from './stage-output.ts'
import type { CompositeWorkflowResults } from './workflow-results.ts'

/** Stages that are run one after the other, each over what the one before made. Made by `DataDesigner.composeWorkflow`. */
export class CompositeWorkflow {
  /** Its name, and that of its folder. */
  readonly name: string
  private readonly stages: Stage[] = []
  private readonly create: CreateStage
  private readonly unpriced: UnpricedModels
  private readonly compat: Compat | null
  private readonly artifactPath: string

  /** @internal */
  constructor(name: string, create: CreateStage, unpriced: UnpricedModels, compat: Compat | null, artifactPath: string) {
    checkFolderName(name, 'a workflow')
    this.name = name
    this.create = create
    this.unpriced = unpriced
    this.compat = compat
    this.artifactPath = artifactPath
  }

  /** Names of the stages, in their order. */
  get stageNames(): string[] {
    return this.stages.map(({ name }) => name)
  }

  /** Add a stage; a seed of its own is that of the first stage alone. Throws where its name is taken. */
  addStage(name: string, configBuilder: DataDesignerConfigBuilder, options: StageOptions = {}): this {
    if (this.stages.some(stage => stage.name === name))
      throw new TracewrightError('config', `Cannot add stage '${name}': workflow '${this.name}' has a stage of that name already`)
    this.stages.push(stageFrom(name, configBuilder, options))
    return this
  }

  /**
   * Run the stages, or those that are not done yet. A stage that was made anew has those behind it made anew, too; no model is asked twice
   * for the same. Where a stage stops (budget, Ctrl-C, too many failures) the workflow stops, and goes on there with `resume`.
   */
  async run(options: WorkflowRunOptions = {}): Promise<CompositeWorkflowResults> {
    refuseUnknownOptions(options, WORKFLOW_RUN_OPTIONS, `workflow '${this.name}'`)
    const { resume = 'never', artifactPath = this.artifactPath, path = join(artifactPath, this.name), rerunFrom = null } = options
    const mode = resume === true ? 'if_possible' : resume === false ? 'never' : resume
    const names = this.stageNames
    if (names.length === 0) throw new TracewrightError('usage', `Cannot run workflow '${this.name}': it has no stages`)
    if (!['never', 'if_possible', 'always'].includes(mode))
      throw new TracewrightError('usage', `resume: found '${mode}', expected 'never', 'if_possible' or 'always'`)
    if (rerunFrom !== null && mode === 'never')
      throw new TracewrightError('usage', `Cannot run stages from '${rerunFrom}' again: expected resume 'if_possible' or 'always' with it`)
    const given = options.targets ?? names.at(-1)!
    const targets = (typeof given === 'string' ? [given] : given).map(name => this.indexOf(name, 'reach'))
    if (targets.length === 0) throw new TracewrightError('usage', 'targets: found none, expected at least one stage')
    const last = Math.max(...targets)
    const from = rerunFrom === null ? null : this.indexOf(rerunFrom, 'run again from')
    if (from !== null && from > last)
      throw new TracewrightError(
        'usage',
        `Cannot run stages from '${rerunFrom}' again: it stands behind '${names[last]}', which is to be reached`,
      )
    const overrides = await overridesFrom(options.stageOutputOverrides ?? {}, names.slice(0, last + 1))
    const lock = await lockFolder(path, { what: 'workflow', holder: 'another process' })
    try {
      const before = readWorkflowRecord(path)
      if (before !== null && mode === 'never')
        throw new TracewrightError('usage', `Cannot run workflow '${this.name}' in '${path}': it was begun there`, {
          hint: "Go on with it (resume: 'if_possible', or --resume), or choose another place",
        })
      if (before === null && mode === 'always')
        throw new TracewrightError('usage', `Cannot resume workflow '${this.name}': nothing of it is in '${path}'`)
      if (before !== null && before.name !== this.name)
        throw new TracewrightError('usage', `Cannot resume workflow '${this.name}': '${path}' is that of workflow '${before.name}'`)
      const max = options.maxCostUSD === undefined ? (before?.max_cost_usd ?? null) : options.maxCostUSD
      // Of what was begun the folders know the prices.
      if (max !== null && (before === null || options.prices !== undefined)) this.requirePrices(last, options.prices)
      return await runStages({
        ...{ name: this.name, folder: path, stages: this.stages.slice(0, last + 1), compat: this.compat, create: this.create },
        ...{ before: before?.stages ?? [], mode, rerunFrom: from, overrides, options },
        budget: new StageBudget(max, path),
      })
    } finally {
      lock.release({ begun: existsSync(join(path, 'workflow-metadata.json')) })
    }
  }

  /** Throw before the first stage spends anything, where a later one has a model without a price. */
  private requirePrices(last: number, prices = new Prices()): void {
    const unknown = this.stages.slice(0, last + 1).flatMap(({ builder }) => this.unpriced(builder, prices))
    if (unknown.length > 0) throw withoutPrices([...new Set(unknown)])
  }

  private indexOf(name: string, verb: string): number {
    const index = this.stageNames.indexOf(name)
    if (index >= 0) return index
    throw new TracewrightError('usage', `Cannot ${verb} stage '${name}': expected one of ${this.stageNames.join(', ')}`)
  }
}
