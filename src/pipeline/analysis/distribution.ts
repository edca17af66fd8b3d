import { plainNumber } from '../../fields.ts'
import type { Json } from '../../json/json.ts'
import type { SamplerType } from '../../sampler/sampler.ts'

/** Values and how often each occurs, the most common first. */
export type Histogram = {
  /** The values. */
  categories: (string | number)[]
  /** How often each occurs. */
  counts: number[]
}

/** How the values of a sampler are spread: how often each occurs, or the moments of numbers. */
export type SamplerDistribution =
  | {
      /** The value that occurs most. */
      most_common_value: string | number
      /** The value that occurs least. */
      least_common_value: string | number
      /** All values, the most common first, and how often each occurs. */
      histogram: Histogram
    }
  | Moments

/** How numbers are spread. */
export type Moments = {
  /** Least of the values. */
  min: number
  /** Greatest of the values. */
  max: number
  /** Their mean. */
  mean: number
  /** Their standard deviation; null for a single value. */
  stddev: number | null
  /** Their median. */
  median: number
}

/** Values of a sampler, kept as far as it takes to tell how they are spread. */
export class SampledValues {
  readonly sampler: Pick<SamplerType, 'name' | 'spread'>
  readonly counts = new Map<string | number, number>()
  readonly numbers: number[] = []
  areNumbers = true

  constructor(sampler: Pick<SamplerType, 'name' | 'spread'>) {
    this.sampler = sampler
  }

  /** See another value. */
  add(value: Json): void {
    if (this.sampler.spread === 'categorical') {
      const key = typeof value === 'string' ? value : (plainNumber(value) ?? String(value))
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
    } else if (this.sampler.spread === 'numerical') {
      const number = plainNumber(value)
      if (number === null) this.areNumbers = false
      else this.numbers.push(number)
    }
  }
}

/** How values are spread, as statistics tell it. */
export function distributionOf(values: SampledValues): {
  sampler_type: string
  distribution_type: 'categorical' | 'numerical' | 'other' | 'unknown'
  distribution: SamplerDistribution | null
} {
  const { name: sampler_type, spread } = values.sampler
  if (spread === 'categorical' && values.counts.size > 0) {
    const histogram = histogramOf(values.counts)
    const { categories } = histogram
    const distribution = { most_common_value: categories[0]!, least_common_value: categories.at(-1)!, histogram }
    return { sampler_type, distribution_type: 'categorical', distribution }
  }
  if (spread === 'numerical' && values.areNumbers && values.numbers.length > 0)
    return { sampler_type, distribution_type: 'numerical', distribution: momentsOf(values.numbers) }
  return { sampler_type, distribution_type: spread === 'other' ? 'other' : 'unknown', distribution: null }
}

/** Values that were counted, the most common first. */
export function histogramOf(counts: ReadonlyMap<string | number, number>): Histogram {
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  return { categories: sorted.map(([value]) => value), counts: sorted.map(([, count]) => count) }
}

/** How numbers are spread; there is at least one. */
export function momentsOf(numbers: readonly number[]): Moments {
  const sorted = Float64Array.from(numbers).sort()
  const count = sorted.length
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const median = (sorted[Math.floor((count - 1) / 2)]! + sorted[Math.ceil((count - 1) / 2)]!) / 2
  return { min: sorted[0]!, max: sorted[count - 1]!, mean, stddev: count === 1 ? null : Math.sqrt(squares / (count - 1)), median }
}
