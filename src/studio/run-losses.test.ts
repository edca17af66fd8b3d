import { expect, it } from 'vitest'
import type { RunManifest } from '../dataset/run/manifest.ts'
import type { RunPulse } from '../dataset/run/run-life.ts'
import { funnelOf } from './run-losses.ts'

const manifest = (more: Partial<RunManifest>) =>
  ({ drawn: 0, drawn_rows: 0, rows: 0, declined: 0, target: { num_records: 60, accept: null }, ...more }) as unknown as RunManifest
const pulse = (rows: number, declined = 0) => ({ rows, declined, failed: 0, done: rows + declined }) as unknown as RunPulse
const failed = { column: 'about', row: '3', failure: 'invalid_reply' }
const unread = { column: null, kind: 'rollout' }

const rowsOf = (funnel: ReturnType<typeof funnelOf>) => funnel.map(({ rows }) => rows)

it('a run that goes on is told as its process says, ahead of its manifest', () => {
  expect(rowsOf(funnelOf(manifest({}), [], pulse(26)))).toEqual([26, 26, 26])
  expect(rowsOf(funnelOf(manifest({}), [unread, failed], pulse(26, 4)))).toEqual([31, 30, 26])
  expect(rowsOf(funnelOf(manifest({ drawn: 40, drawn_rows: 48, rows: 20, declined: 2 }), [failed], pulse(26, 4)))).toEqual([40, 48, 30, 26])
  // What was lost before is told nevertheless.
  expect(funnelOf(manifest({}), [unread, failed], pulse(26, 4))[0]!.lost.map(({ value }) => value)).toEqual([
    'rollout',
    'about: invalid_reply',
  ])
})

it('one that ended is told as its manifest says', () => {
  const funnel = funnelOf(
    manifest({ drawn: 60, drawn_rows: 60, rows: 52, declined: 7, target: { num_records: 60, accept: 'x' } as never }),
    [failed],
  )
  expect(rowsOf(funnel)).toEqual([60, 60, 59, 52])
  expect(funnel.flatMap(({ lost }) => lost)).toEqual([
    { value: 'about: invalid_reply', count: 1 },
    { value: 'not accepted', count: 7 },
  ])
})
