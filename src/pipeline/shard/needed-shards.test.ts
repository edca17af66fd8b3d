import { expect, it } from 'vitest'
import { neededShards } from './needed-shards.ts'

const plan = (num_records: number | null, accept: string | null) => ({ shards: 6, run: { target: { num_records, accept } } })
const done = (...rows: (number | null)[]) => rows.flatMap((n, shard) => (n === null ? [] : [{ shard, rows: n }]))

it('all shards are needed where no number of accepted rows is wanted', () => {
  expect(neededShards(plan(3, null), done(9, 9))).toBe(6)
  expect(neededShards(plan(null, null), done(9, 9))).toBe(6)
})

it('shards behind the last accepted row that is wanted are not needed, once all before them are done', () => {
  const wanted = plan(10, 'true')
  expect(neededShards(wanted, [])).toBe(6)
  expect(neededShards(wanted, done(4, 4))).toBe(6)
  expect(neededShards(wanted, done(4, 4, 2))).toBe(3)
  expect(neededShards(wanted, done(4, 4, 9, 9))).toBe(3)
  expect(neededShards(wanted, done(0, 0, 10))).toBe(3)
  // Rows behind a gap prove nothing: the gap may hold those that are wanted.
  expect(neededShards(wanted, done(4, null, 9, 9))).toBe(6)
  expect(neededShards(wanted, done(null, 20))).toBe(6)
  expect(neededShards(wanted, done(10))).toBe(1)
})
