import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
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
  onAgain?: (repeats: Repeats) => void // told when the seed begins again for the first time
}

/** How many rows a seed gave before it began again, and how often each is drawn at the most. */
export type Repeats = { rows: number; times: number }

/** Rows that are drawn again are no new ones: whoever counts rows must know. */
export function repeatsSentence({ rows, times }: Repeats): string {
  return `The seed has no more than ${rows} rows: they are drawn again, up to ${times} times each`
}

/**
 * What was drawn, and its key: where it stands in the seed, counted over the whole of it, whatever part is selected and in whatever
 * order it is drawn. Random values hang on it, so that parts of a seed give what the whole would have given. `12/1` is the second
 * outcome of a thing that has several; drawn again, thing 12 of 100 is 112.
 */
export type Drawn = Outcome & { key: string }

/** A cycling seed this small is kept, so that no log is parsed twice. */
const MAX_REMEMBERED_ROWS = 1000
const MAX_REMEMBERED_CHARACTERS = 16 << 20

/** Things that Data Designer draws at once at the most. */
const BATCH_THINGS = 1000

/** Things in their order; before each batch the seed hears what is in it. */
function* toldInBatches(seed: OpenSeed, order: Iterable<number>, count: number): Iterable<number> {
  let left = count
  let batch: number[] = []
  const isFull = () => batch.length >= Math.min(BATCH_THINGS, left > 0 ? left : count)
  for (const index of order) {
    batch.push(index)
    if (!isFull()) continue
    seed.among?.(batch)
    yield* batch
    left -= batch.length
    batch = []
  }
  if (batch.length === 0) return
  seed.among?.(batch)
  yield* batch
}

/**
 * Draw rows, reading only what is needed; when the seed is used up it begins again, as often as rows are wanted. Rejects are given
 * once, where they occur. Throws where a whole cycle gives no row.
 */
export async function* drawRows(seed: OpenSeed, options: DrawOptions): AsyncIterable<Drawn> {
  const { count, selection = null, strategy = 'ordered', cycle: cycles = true } = options
  let drawn = 0
  let remembered: Map<number, Outcome[]> | null = cycles ? new Map() : null // what is drawn once is not kept
  let rememberedRows = 0
  let rememberedCharacters = 0
  // Where nobody knows how far it goes, a seed judges by what is asked of it.
  if (strategy === 'shuffle' && count !== Infinity) seed.expect?.(count, selection?.range(seed.size).count ?? seed.size)
  for (let cycle = 0; drawn < count; cycle++) {
    const before = drawn
    if (cycle === 1) options.onAgain?.({ rows: drawn, times: Math.ceil(count / drawn) })
    const order = selectIndices(seed.size, selection, strategy, options.seed, cycle)
    for (const index of seed.among === undefined ? order : toldInBatches(seed, order, count)) {
      const known = remembered?.get(index)
      const outcomes = known ?? (await seed.read(index))
      if (remembered !== null && known === undefined) {
        remembered.set(index, outcomes)
        rememberedRows += outcomes.length
        rememberedCharacters += writeJson(outcomes).length
        if (rememberedRows > MAX_REMEMBERED_ROWS || rememberedCharacters > MAX_REMEMBERED_CHARACTERS) remembered = null
      }
      const number = index + cycle * seed.size
      for (const [i, outcome] of outcomes.entries()) {
        if ('reject' in outcome && cycle > 0) continue
        const key = i === 0 ? String(number) : `${number}/${i}`
        // A row is given away; what is remembered must not change with it.
        yield 'row' in outcome ? { key, row: { ...outcome.row } } : { key, ...outcome }
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
