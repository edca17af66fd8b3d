import type { Outcome, Row } from '../row.ts'
import type { ExportSettings } from './settings/export-options.ts'

/** What a stage makes of rows: more of them, fewer, or others. What does not become a row is a reject, and rejects pass through. */
export type RunStage = (rows: AsyncIterable<Outcome>) => AsyncIterable<Outcome>

/** One stage of an export as a step of its own: rows go in, rows of the same form come out, for the next stage, a file or an export. */
export interface Stage<Name extends string = string> {
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** Settings of an export that it goes by; others are refused. */
  readonly takes: readonly (keyof ExportSettings)[]
  /** Those it cannot do without. */
  readonly needs: readonly (keyof ExportSettings)[]
  /** Ready to run. Throws where settings cannot be followed. */
  open(settings: ExportSettings): Promise<RunStage>
  /** Settings for the tests that every stage is held to. */
  readonly example: ExportSettings
}

/** Define a stage; keeps its name as a literal type. */
export function defineStage<const Name extends string>(stage: Stage<Name>): Stage<Name> {
  return stage
}

/** A stage that looks at one row at a time. What it gives for a row are rows, and reasons why others are none. */
export function eachRow(make: (row: Row, number: number) => Iterable<Outcome>): RunStage {
  return async function* run(rows) {
    let number = 0
    for await (const outcome of rows)
      if ('reject' in outcome) yield outcome
      else yield* make(outcome.row, ++number)
  }
}
