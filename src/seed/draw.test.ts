import { expect, it } from 'vitest'
import { Random } from '../random.ts'
import type { Outcome } from '../row.ts'
import { drawRows } from './draw.ts'
import type { OpenSeed } from './seed.ts'
import { IndexRange, PartitionBlock, selectIndices } from './select.ts'

/** A seed of things with a number of rows each; -1 is a thing that is rejected. It counts how often it is read. */
function seedOf(rowsOf: number[]): OpenSeed & { reads: number[] } {
  const reads: number[] = []
  return {
    reads,
    columns: ['id'],
    size: rowsOf.length,
    place: 'a test',
    read: async index => {
      reads.push(index)
      const n = rowsOf[index]!
      return n < 0
        ? [{ reject: { at: `thing ${index}`, reason: 'Broken' } }]
        : Array.from({ length: n }, (_, i): Outcome => ({ row: { id: `${index}.${i}` } }))
    },
    close: () => {},
  }
}

const draw = async (seed: OpenSeed, options: Partial<Parameters<typeof drawRows>[1]> & { count: number }) => {
  const outcomes = await Array.fromAsync(drawRows(seed, { seed: 1, ...options }))
  return outcomes.map(outcome => ('row' in outcome ? String(outcome.row['id']) : `reject ${outcome.reject.at}`))
}

it('drawRows() reads only what is needed', async () => {
  const seed = seedOf(Array.from({ length: 50_000 }, () => 1))
  expect(await draw(seed, { count: 3 })).toEqual(['0.0', '1.0', '2.0'])
  expect(seed.reads).toEqual([0, 1, 2])
})

it('drawRows() begins again when the seed is used up, and reads nothing twice', async () => {
  const seed = seedOf([1, 1])
  expect(await draw(seed, { count: 5 })).toEqual(['0.0', '1.0', '0.0', '1.0', '0.0'])
  expect(seed.reads).toEqual([0, 1])
})

it('drawRows() tells a reject once, however often the seed begins again', async () => {
  expect(await draw(seedOf([1, -1, 1]), { count: 4 })).toEqual(['0.0', 'reject thing 1', '2.0', '0.0', '2.0'])
})

it('drawRows() stops in the middle of a thing with many rows', async () => {
  expect(await draw(seedOf([3, 3]), { count: 4 })).toEqual(['0.0', '0.1', '0.2', '1.0'])
})

it('drawRows() throws where nothing that was selected gives a row', async () => {
  await expect(draw(seedOf([-1, 0]), { count: 1 })).rejects.toThrow('Cannot draw rows from a test: none of what was selected gave a row')
})

it('drawRows() shuffles by its seed, anew in each cycle', async () => {
  const once = await draw(seedOf([1, 1, 1, 1, 1, 1, 1, 1]), { count: 16, strategy: 'shuffle' })
  expect(await draw(seedOf([1, 1, 1, 1, 1, 1, 1, 1]), { count: 16, strategy: 'shuffle' })).toEqual(once)
  expect(new Set(once.slice(0, 8)).size).toBe(8)
  expect(once.slice(8)).not.toEqual(once.slice(0, 8))
})

it('selectIndices() takes ranges with both ends and partitions with what is left over', () => {
  expect([...selectIndices(6, new IndexRange({ start: 2, end: 4 }), 'ordered', 0)]).toEqual([2, 3, 4])
  expect([0, 1, 2].map(index => [...selectIndices(8, new PartitionBlock({ index, numPartitions: 3 }), 'ordered', 0)])).toEqual([
    [0, 1],
    [2, 3],
    [4, 5, 6, 7],
  ])
})

it('selectIndices() gives the same order for the same seed, whatever holds it', () => {
  const order = [...selectIndices(10, new IndexRange({ start: 2, end: 8 }), 'shuffle', 7)]
  expect(order).toEqual(new Random(7, 'seed order', 0).shuffle([2, 3, 4, 5, 6, 7, 8]))
})

it('drawRows() says beforehand how many rows it will read in no order', async () => {
  const expected: [number, number][] = []
  const seed = { ...seedOf([1, 1, 1, 1, 1, 1]), expect: (reads: number, of: number) => expected.push([reads, of]) }
  await draw(seed, { count: 2, strategy: 'shuffle' })
  await draw(seed, { count: Infinity, cycle: false, strategy: 'shuffle', selection: new IndexRange({ start: 1, end: 4 }) })
  await draw(seed, { count: 2 })
  expect(expected).toEqual([[2, 6]])
})

it('selectIndices() says what is out of bounds', () => {
  expect(() => selectIndices(3, new IndexRange({ start: 0, end: 3 }), 'ordered', 0)).toThrow(
    "Selection strategy 'end' index 3 is out of bounds for dataset size 3",
  )
  expect(() => selectIndices(3, new PartitionBlock({ index: 0, numPartitions: 4 }), 'ordered', 0)).toThrow(
    "Selection strategy 'num_partitions' 4 is out of bounds for dataset size 3",
  )
  expect(() => new IndexRange({ start: 3, end: 2 })).toThrow('expected 0 ≤ start ≤ end')
})

it('drawRows() keeps no more of a seed that begins again than it may hold', async () => {
  const big = 'x'.repeat(1 << 20)
  const reads: number[] = []
  const seed: OpenSeed = {
    columns: ['text'],
    size: 40,
    place: 'a test',
    read: async index => {
      reads.push(index)
      return [{ row: { text: big, index } }]
    },
    close: () => {},
  }
  let drawn = 0
  for await (const outcome of drawRows(seed, { seed: 1, count: 80 })) drawn += 'row' in outcome ? 1 : 0
  expect([drawn, reads.length]).toEqual([80, 80])
})

it('drawRows() names rows by their place in the whole seed, whatever part and order is drawn', async () => {
  const keys = async (options: Partial<Parameters<typeof drawRows>[1]>) =>
    Object.fromEntries(
      (await Array.fromAsync(drawRows(seedOf([1, -1, 3, 1]), { seed: 1, count: Infinity, cycle: false, ...options }))).flatMap(outcome =>
        'row' in outcome ? [[String(outcome.row['id']), outcome.key]] : [],
      ),
    )
  const whole = { '0.0': '0', '2.0': '2', '2.1': '2/1', '2.2': '2/2', '3.0': '3' }
  expect(await keys({})).toEqual(whole)
  expect(await keys({ strategy: 'shuffle' })).toEqual(whole)
  expect(await keys({ selection: new IndexRange({ start: 2, end: 3 }) })).toEqual({ '2.0': '2', '2.1': '2/1', '2.2': '2/2', '3.0': '3' })
  const twice = await Array.fromAsync(drawRows(seedOf([1, 1]), { seed: 1, count: 4 }))
  expect(twice.map(({ key }) => key)).toEqual(['0', '1', '2', '3'])
})

it.each([
  [2, [[0, 1]]],
  [
    7,
    [
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ],
  ],
  [2_500, null],
] as const)('drawRows() of %i rows tells a seed that asks which things are drawn at once', async (count, batches) => {
  const told: number[][] = []
  const size = batches === null ? 3_000 : 5
  const seed = { ...seedOf(Array.from({ length: size }, () => 1)), among: (things: readonly number[]) => void told.push([...things]) }
  expect(await draw(seed, { count })).toHaveLength(count)
  if (batches !== null) expect(told).toEqual(batches)
  else expect(told.map(things => things.length)).toEqual([1_000, 1_000, 500])
})
