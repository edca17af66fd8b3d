import { TracewrightError } from '../errors.ts'
import type { Outcome } from '../row.ts'
import type { OpenSeed } from './seed.ts'
import { type SamplingStrategy, type SelectionStrategy, selectIndices } from './select.ts'

/** How rows are drawn from a seed. */
export type DrawOptions = {
  count: number // rows to draw; Infinity draws as long as it is asked
  selection?: SelectionStrategy | null
  strategy?: SamplingStrategy
  seed: number // of the random order
  cycle?: boolean // begin again when the seed is used up; default true
}

/** A cycling seed this small is kept, so that no log is parsed twice. */
const MAX_REMEMBERED_ROWS = 1000

/**
 * Draw rows, reading only what is needed; when the seed is used up it begins again, as often as rows are wanted. Rejects are given
 * once, where they occur. Throws where a whole cycle gives no row.
 */
export async function* drawRows(seed: OpenSeed, options: DrawOptions): AsyncIterable<Outcome> {
  const { count, selection = null, strategy = 'ordered', cycle: cycles = true } = options
  let drawn = 0
  let remembered: Map<number, Outcome[]> | null = new Map()
  let rememberedRows = 0
  // Where nobody knows how far it goes, a seed judges by what is asked of it.
  if (strategy === 'shuffle' && count !== Infinity) seed.expect?.(count, selection?.range(seed.size).count ?? seed.size)
  for (let cycle = 0; drawn < count; cycle++) {
    const before = drawn
    for (const index of selectIndices(seed.size, selection, strategy, options.seed, cycle)) {
      const known = remembered?.get(index)
      const outcomes = known ?? (await seed.read(index))
      if (remembered !== null && known === undefined) {
        remembered.set(index, outcomes)
        rememberedRows += outcomes.length
        if (rememberedRows > MAX_REMEMBERED_ROWS) remembered = null
      }
      for (const outcome of outcomes) {
        if ('reject' in outcome && cycle > 0) continue
        // A row is given away; what is remembered must not change with it.
        yield 'row' in outcome ? { row: { ...outcome.row } } : outcome
        if ('row' in outcome && ++drawn >= count) return
      }
    }
    if (drawn === before)
      throw new TracewrightError('seed', `Cannot draw rows from ${seed.place}: none of what was selected gave a row`, {
        hint: 'Look at the failures for the reasons, or run `tracewright ingest` over the same folder',
      })
    if (!cycles) return
  }
}
