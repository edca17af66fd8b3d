import type { Drawn, DrawOptions } from './draw.ts'
import type { OpenSeed } from './seed.ts'
import { selectIndices } from './select.ts'

/** Positions in the order in which things are drawn, after selection and shuffling: from `first` up to `end`, counted from 0. */
export type PositionRange = { first: number; end: number }

/**
 * Draw what stands at some positions of the order of a seed, as `drawRows` would have drawn it: the same keys, so the same random values.
 * Behind the last position of the seed it begins again, in another order where it is shuffled. Without a seed, rows without columns.
 */
export async function* drawRange(
  seed: OpenSeed | null,
  options: Pick<DrawOptions, 'count' | 'selection' | 'strategy' | 'seed'>,
  { first, end }: PositionRange,
): AsyncIterable<Drawn> {
  const { count, selection = null, strategy = 'ordered' } = options
  let drawn = 0
  if (seed === null) {
    for (let position = first; position < end && drawn < count; position++, drawn++) yield { key: String(position), row: {} }
    return
  }
  const pass = selection?.range(seed.size).count ?? seed.size
  if (strategy === 'shuffle') seed.expect?.(Math.min(pass, end - first), pass)
  for (let cycle = Math.floor(first / pass); cycle * pass < end; cycle++) {
    let position = cycle * pass
    for (const index of selectIndices(seed.size, selection, strategy, options.seed, cycle)) {
      if (position >= end) return
      if (position++ < first) continue
      const number = index + cycle * seed.size
      for (const [i, outcome] of (await seed.read(index)).entries()) {
        if ('reject' in outcome && cycle > 0) continue // told in the first pass
        yield { key: i === 0 ? String(number) : `${number}/${i}`, ...outcome }
        if ('row' in outcome && ++drawn >= count) return
      }
    }
  }
}
