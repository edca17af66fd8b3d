import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RunFolder } from '../../dataset/run/folder.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject, parseJson } from '../../json/json.ts'
import { usd } from '../creation/budget.ts'
import type { StageRecord } from './record.ts'

/** What all stages of a workflow may spend together, and what they have spent, whenever that was. */
export class StageBudget {
  /** US dollars; null: no limit. */
  readonly max: number | null
  private readonly folder: string

  constructor(max: number | null, folder: string) {
    this.max = max
    this.folder = folder
  }

  /** What the run of a stage may have spent in the end, for these are the stages there are; null: no limit. */
  shareOf(stage: StageRecord, stages: readonly StageRecord[]): number | null {
    return this.max === null ? null : this.max - this.spent(stages) + (this.runCost(stage) ?? 0)
  }

  /** Why nothing more may be asked; null: something may. */
  usedUp(stages: readonly StageRecord[]): string | null {
    if (this.max === null) return null
    const spent = this.spent(stages)
    return spent < this.max ? null : `The budget of ${this.max} USD for all stages is used up: ${usd(spent)} were spent`
  }

  /** What the run of a stage has cost, before it is taken away. */
  runCost({ stage_dir }: StageRecord): number | null {
    const { usage } = new RunFolder(join(this.folder, stage_dir))
    if (!existsSync(usage)) return 0
    const bill = parseJson(readText(usage))
    const cost = isObject(bill) && isObject(bill['run']) ? bill['run']['cost_usd'] : null
    return typeof cost === 'number' ? cost : null
  }

  private spent(stages: readonly StageRecord[]): number {
    let spent = 0
    for (const stage of stages) {
      const cost = this.runCost(stage)
      if (cost === null)
        throw new TracewrightError('usage', `Cannot keep to a budget: what stage '${stage.name}' has cost is not known`, {
          where: join(this.folder, stage.stage_dir),
          hint: 'It was run without prices, or its server counts no tokens. Run the workflow in another folder, or without a budget',
        })
      spent += cost + (stage.spent_before_usd ?? 0)
    }
    return spent
  }
}
