import { TracewrightError } from '../errors.ts'
import { type Fields, numberAt, refuse, refuseUnknownKeys, refuseUnknownOptions } from '../fields.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { Random } from '../random.ts'

/** Which rows of a seed are drawn. */
export type SeedRange = {
  /** Index of the first. */
  first: number
  /** How many. */
  count: number
}

/** In which order a seed's things are taken. */
export type SamplingStrategy = 'ordered' | 'shuffle'

/** Things start to end, both included, counted from 0. */
export class IndexRange {
  /** The first, from 0. */
  readonly start: number
  /** The last, included. */
  readonly end: number

  constructor(options: Pick<IndexRange, 'start' | 'end'>) {
    refuseUnknownOptions(options, ['start', 'end'], 'IndexRange')
    const { start, end } = options
    if (!isCount(start) || !isCount(end) || start > end)
      refuse(`Cannot select an index range: found start ${start} and end ${end}, expected 0 ≤ start ≤ end`, SELECTION)
    this.start = start
    this.end = end
  }

  /** First index and number of indices in a seed of this size. */
  range(size: number): SeedRange {
    if (this.end >= size) throw outOfBounds(`'end' index ${this.end}`, size)
    return { first: this.start, count: this.end - this.start + 1 }
  }

  /** As configs hold it. */
  toJSON(): JsonObject {
    return { start: this.start, end: this.end }
  }
}

/** One of `numPartitions` equal parts; the last takes what is left over. */
export class PartitionBlock {
  /** Which part, from 0. */
  readonly index: number
  /** How many parts there are. */
  readonly numPartitions: number

  constructor(options: Pick<PartitionBlock, 'index' | 'numPartitions'>) {
    refuseUnknownOptions(options, ['index', 'num_partitions'], 'PartitionBlock')
    const { index, numPartitions } = options
    if (!isCount(index) || !isCount(numPartitions) || index >= numPartitions)
      refuse(`Cannot select a partition: found index ${index} of ${numPartitions}, expected 0 ≤ index < num_partitions`, SELECTION)
    this.index = index
    this.numPartitions = numPartitions
  }

  /** First index and number of indices in a seed of this size. */
  range(size: number): SeedRange {
    if (this.numPartitions > size) throw outOfBounds(`'num_partitions' ${this.numPartitions}`, size)
    const width = Math.floor(size / this.numPartitions)
    const first = this.index * width
    return { first, count: this.index === this.numPartitions - 1 ? size - first : width }
  }

  /** As configs hold it. */
  toJSON(): JsonObject {
    return { index: this.index, num_partitions: this.numPartitions }
  }
}

/** What part of a seed is used. */
export type SelectionStrategy = IndexRange | PartitionBlock

/** Keys of the two ways to take a part of a seed. */
export const RANGE_FIELDS: Fields = {
  start: ['whole number from 0', '', 'the first thing of the seed that is used'],
  end: ['whole number from 0', '', 'the last'],
}
export const PARTITION_FIELDS: Fields = {
  index: ['whole number from 0', '', 'which part is used'],
  num_partitions: ['whole number from 1', '', 'of how many equal parts'],
}

/** A selection from a config; null where there is none. */
export function selectionFromJSON(config: Json | undefined): SelectionStrategy | null {
  if (config === undefined || config === null) return null
  if (!isObject(config))
    throw new TracewrightError('config', 'Found no object, expected {start, end} or {index, num_partitions}', { where: SELECTION })
  const isRange = 'start' in config || 'end' in config
  refuseUnknownKeys(config, isRange ? RANGE_FIELDS : PARTITION_FIELDS, SELECTION)
  const [first, second] = [numberIn(config, isRange ? 'start' : 'index'), numberIn(config, isRange ? 'end' : 'num_partitions')]
  if (first === null || second === null) return null
  return isRange ? new IndexRange({ start: first, end: second }) : new PartitionBlock({ index: first, numPartitions: second })
}

/** Where a config says which part of a seed is used. */
const SELECTION = 'seed_config.selection_strategy'

function numberIn(config: JsonObject, key: string): number | null {
  if (config[key] === undefined || config[key] === null) refuse(`${key}: found nothing, expected a whole number`, SELECTION)
  return numberAt(config, key, SELECTION)
}

/**
 * The selected indices of a seed, once, in order or shuffled; each cycle is shuffled anew. In order they take no memory; shuffled, four
 * bytes each: 100 million take 400 MB.
 */
export function selectIndices(
  size: number,
  selection: SelectionStrategy | null,
  strategy: SamplingStrategy,
  seed: number,
  cycle = 0,
): Iterable<number> {
  const { first, count } = selection?.range(size) ?? { first: 0, count: size }
  if (strategy === 'ordered') return numbersFrom(first, count)
  const indices = first + count <= 2 ** 32 ? new Uint32Array(count) : new Float64Array(count)
  for (let i = 0; i < count; i++) indices[i] = first + i
  return new Random(seed, 'seed order', cycle).shuffle(indices)
}

function* numbersFrom(first: number, count: number): Iterable<number> {
  for (let i = 0; i < count; i++) yield first + i
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0
}

function outOfBounds(what: string, size: number): TracewrightError {
  return new TracewrightError('seed', `Selection strategy ${what} is out of bounds for dataset size ${size}`)
}
