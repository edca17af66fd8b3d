import { TracewrightError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { Outcome, Row } from '../row.ts'
import type { ExportSettings } from './settings/export-options.ts'
import type { RunStage, Stage } from './stage.ts'
import * as stages from './stages.ts'

/** Every stage that there is. */
export const STAGE_NAMES: readonly string[] = Object.values(stages).map(({ name }) => name)

/** A stage by name, with the settings of an export that it goes by. */
export type StageSettings = {
  /** `curate`, `filter`, `mask`, `reasoning`, `redact`, `split`, `view`, `window`. */
  stage: string
} & ExportSettings

/**
 * Rows through single stages of an export, one after the other: `runStages(rows, [{ stage: 'view', view: 'turn' }, { stage: 'mask', mask: ['errors'] }])`.
 * What comes out are rows again, and rejects. Throws for settings that cannot be followed before any row is read.
 */
export async function* runStages(rows: AsyncIterable<Row> | Iterable<Row>, settings: readonly StageSettings[]): AsyncIterable<Outcome> {
  const open: RunStage[] = []
  for (const one of settings) open.push(await openStage(one))
  yield* open.reduce<AsyncIterable<Outcome>>((given, run) => run(given), outcomes(rows))
}

/** A stage ready to run. Throws where there is none of this name, or its settings cannot be followed. */
export async function openStage({ stage: name, ...settings }: StageSettings): Promise<RunStage> {
  const stage = stageNamed(name)
  checkStage({ stage: name, ...settings })
  return stage.open(settings)
}

/** Throws where there is no such stage, it does not take a setting, or lacks one. */
export function checkStage({ stage: name, ...settings }: StageSettings): void {
  const stage = stageNamed(name)
  for (const key of Object.keys(settings) as (keyof ExportSettings)[])
    if (!stage.takes.includes(key))
      throw new TracewrightError('usage', `The stage ${name} has no setting '${key}'`, {
        hint: didYouMean(key, stage.takes, `It takes ${stage.takes.join(', ')}`),
      })
  for (const key of stage.needs)
    if (settings[key] === undefined) throw new TracewrightError('usage', `The stage ${name} lacks its setting '${key}'`)
}

function stageNamed(name: string): Stage {
  const all: readonly Stage[] = Object.values(stages)
  const found = all.find(one => one.name === name)
  const names = all.map(one => one.name)
  if (found === undefined)
    throw new TracewrightError('usage', `Unknown stage '${name}'`, { hint: didYouMean(name, names, `Expected ${names.join(', ')}`) })
  return found
}

async function* outcomes(rows: AsyncIterable<Row> | Iterable<Row>): AsyncIterable<Outcome> {
  for await (const row of rows) yield { row }
}
