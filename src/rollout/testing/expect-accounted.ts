import { expect } from 'vitest'
import { writeJson } from '../../json/exact.ts'
import { brokenInvariants } from '../conversation/invariants.ts'
import { bucketSum } from '../log/ledger.ts'
import type { Reading } from './read-logs.ts'

/** What holds whatever a log was made of: each record is in one bucket, each row keeps the invariants, and no reason is a slip of our own. */
export function expectAccounted({ rows, units }: Reading): void {
  for (const { ledger } of units) {
    expect(bucketSum(ledger.buckets), ledger.key).toBe(ledger.records)
    expect(Object.keys(ledger.buckets.unparsed), ledger.key).not.toContain('not accounted for')
  }
  const rejects = units.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('reject' in outcome ? outcome.reject.reason : [])))
  for (const reason of rejects) expect(reason).not.toMatch(OF_OUR_OWN)
  for (const row of rows) {
    expect(brokenInvariants(row), row.trace_id).toEqual([])
    expect(() => writeJson(row)).not.toThrow()
  }
  expect(new Set(rows.map(({ trace_id }) => trace_id)).size).toBe(rows.length)
}

/** How the engine words a slip: what was read was taken for something it is not. */
const OF_OUR_OWN =
  /Cannot (?:assign|add|define|read propert|convert|mix)|not (?:extensible|iterable|a function|defined)|Invalid (?:array|string|time)/
