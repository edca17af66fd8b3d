import { describe, expect, it } from 'vitest'
import { BUCKETS, bucketSum, Ledger } from './ledger.ts'

const ledgerOf = (trace = false) => new Ledger({ key: 'a.jsonl', files: ['a.jsonl'] }, { trace })

describe('Ledger', () => {
  it('counts a record by its strongest use, in whatever order its uses are found', () => {
    for (const [strong, weak] of [
      ['emitted', 'merged'],
      ['merged', 'replay'],
      ['replay', 'abandoned'],
      ['abandoned', 'metadata'],
      ['metadata', 'noise'],
      ['noise', 'unparsed'],
    ] as const)
      for (const order of [
        [strong, weak],
        [weak, strong],
      ]) {
        const ledger = ledgerOf()
        const place = ledger.read('a.jsonl', 1)
        for (const bucket of order) ledger.settle(place, bucket, 'why')
        expect(bucketSum(ledger.summary([]).buckets)).toBe(1)
        const { buckets } = ledger.summary([])
        expect(strong === 'noise' ? buckets.noise['why'] : buckets[strong as 'emitted'], order.join(' then ')).toBe(1)
      }
  })

  it('counts a record as was presumed where nobody said more, whenever that was', () => {
    const ledger = ledgerOf(true)
    const places = Array.from({ length: 4 }, (_, line) => ledger.read('a.jsonl', line + 1))
    ledger.settle(places[0]!, 'noise', 'told before')
    for (const place of places.slice(0, 3)) ledger.presume(place, 'metadata', 'presumed')
    ledger.settle(places[1]!, 'unparsed', 'told behind')
    expect(places.map(place => ledger.isSettled(place))).toEqual([true, true, false, false])
    ledger.settlePresumed()
    ledger.presume({ ...places[3]!, index: -1 }, 'metadata', 'of another unit')
    expect(ledger.trace().map(({ reason }) => reason)).toEqual(['told before', 'told behind', 'presumed', null])
    expect(ledger.summary([]).buckets).toMatchObject({ metadata: 1, noise: { 'told before': 1 }, unparsed: { 'not accounted for': 1 } })
  })

  it('shows a record that nobody settled', () => {
    const ledger = ledgerOf()
    ledger.read('a.jsonl', 1)
    const { records, buckets } = ledger.summary([])
    expect(buckets.unparsed).toEqual({ 'not accounted for': 1 })
    expect(bucketSum(buckets)).toBe(records)
  })

  it('settles what is open, and nothing else, when a unit is given up', () => {
    const ledger = ledgerOf()
    ledger.settle(ledger.read('a.jsonl', 1), 'emitted')
    ledger.read('a.jsonl', 2)
    ledger.giveUp('the disk is gone')
    expect(ledger.summary([]).buckets).toMatchObject({ emitted: 1, unparsed: { 'the disk is gone': 1 } })
  })

  it('lists a record of an unknown type as drift, by the version that wrote it', () => {
    const ledger = ledgerOf()
    for (const version of ['2.0', '2.0', null]) ledger.unknown(ledger.read('a.jsonl', 1), 'hologram', version)
    const { drift, buckets } = ledger.summary([])
    expect(drift).toEqual({ hologram: { '2.0': 2, unknown: 1 } })
    expect(buckets.metadata).toBe(3)
  })

  it('names the places of the first damage only', () => {
    const ledger = ledgerOf()
    for (let line = 1; line <= 1000; line++) ledger.settle(ledger.read('a.jsonl', line, line * 10), 'unparsed', 'torn record')
    const { damage, buckets } = ledger.summary([])
    expect(buckets.unparsed).toEqual({ 'torn record': 1000 })
    expect(damage.length).toBeLessThan(200)
    expect(damage[0]).toBe('a.jsonl:1 @10: torn record')
  })

  it('leaves records alone that another unit accounts for', () => {
    const ledger = ledgerOf()
    ledger.settle({ index: -1, file: 'b.jsonl', line: 1, offset: 0 }, 'emitted')
    expect(ledger.summary([])).toMatchObject({ records: 0, buckets: { emitted: 0 } })
  })

  it('traces each record with its type and end', () => {
    const ledger = ledgerOf(true)
    ledger.settle(ledger.read('a.jsonl', 1, 0, { type: 'event_msg', payload: { type: 'token_count' } }), 'noise', 'token count')
    ledger.settle(ledger.read('a.jsonl', 2, 40, { role: 'user' }), 'emitted')
    ledger.read('a.jsonl', 3, 80)
    expect(ledger.trace().map(({ line, type, bucket, reason }) => [line, type, bucket, reason])).toEqual([
      [1, 'event_msg/token_count', 'noise', 'token count'],
      [2, 'user', 'emitted', null],
      [3, '', null, null],
    ])
  })

  it('has seven buckets', () => {
    expect(BUCKETS).toHaveLength(7)
  })

  it('goes on from what another one knew', () => {
    const settleFirst = (ledger: Ledger) => {
      const places = [1, 2, 3].map(line => ledger.read('a.jsonl', line))
      ledger.addBytes(30)
      ledger.settle(places[0]!, 'unparsed', 'torn record')
      ledger.settle(places[1]!, 'noise', 'progress')
      ledger.unknown(places[2]!, 'beacon', '1.0')
    }
    const settleRest = (ledger: Ledger) => {
      ledger.addBytes(12)
      ledger.settle({ index: 1, file: 'a.jsonl', line: 2, offset: null }, 'metadata')
      ledger.settle(ledger.read('a.jsonl', 4), 'unparsed', 'torn tail')
      ledger.unknown(ledger.read('a.jsonl', 5), 'beacon', '1.0')
    }
    const [whole, first, second] = [ledgerOf(), ledgerOf(), ledgerOf()]
    for (const ledger of [whole, first]) settleFirst(ledger)
    second.takeUp(structuredClone(first.state()))
    for (const ledger of [whole, second]) settleRest(ledger)
    expect(second.summary(['a'])).toEqual(whole.summary(['a']))
  })
})
