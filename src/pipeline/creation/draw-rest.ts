import type { RunManifest } from '../../dataset/run/manifest.ts'
import type { Drawn, Repeats } from '../../seed/draw.ts'
import type { Engine } from '../engine.ts'
import type { Demand } from './demand.ts'

/** What is left of a seed, and how much of it was drawn up to a position. */
export type Rest = {
  outcomes: AsyncIterable<Drawn>
  /** How much is dealt with when everything before a position is; Infinity: everything drawn. */
  until(position: number): { drawn: number; drawn_rows: number }
}

/** Without a seed to be used up, as many rows are tried for each that is to be accepted. */
const TRIES = 100

/**
 * Draw what a run has not dealt with yet, until enough was drawn or the signal fires. `onRow` hears of every row, `onThing` of every thing
 * of the seed that gives any, also of those that were dealt with. The seed is drawn once, or, where that is asked
 * for, as often as rows are wanted; under a condition for accepting rows always once.
 */
export function drawRest(
  engine: Engine,
  manifest: Pick<RunManifest, 'target' | 'seed' | 'drawn' | 'drawn_rows'>,
  options: { demand: Demand | null; stop: AbortSignal; onRow: () => void; onThing?: () => void; onAgain?: (repeats: Repeats) => void },
): Rest {
  const { target, seed, drawn, drawn_rows } = manifest
  const untilAccepted = target.accept !== null
  const wanted = target.num_records ?? Infinity
  const count = !untilAccepted ? wanted : engine.hasSeed ? Infinity : wanted * TRIES
  const repeats = !untilAccepted && target.repeat_seed === true && wanted !== Infinity
  const rows: number[] = [] // positions of rows, those that are known to be dealt with left out
  let counted = drawn_rows
  let position = 0
  async function* outcomes(): AsyncIterable<Drawn> {
    for await (const outcome of engine.draw(count, seed, {
      cycle: repeats,
      ...(options.onAgain === undefined ? {} : { onAgain: options.onAgain }),
    })) {
      // The outcomes of a thing that has several have one key, with a number behind it from the second on.
      if (!outcome.key.includes('/')) options.onThing?.()
      if (position < drawn) {
        position++
        continue
      }
      if ('row' in outcome) await options.demand?.next()
      if (options.stop.aborted) return
      if ('row' in outcome) {
        rows.push(position)
        options.onRow()
      }
      position++
      yield outcome
    }
  }
  return {
    outcomes: outcomes(),
    until(end) {
      const dealtWith = Math.min(end, Math.max(position, drawn))
      const first = rows.findIndex(at => at >= dealtWith)
      counted += rows.splice(0, first < 0 ? rows.length : first).length
      return { drawn: dealtWith, drawn_rows: counted }
    },
  }
}
