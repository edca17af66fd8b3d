import { describe, expect, it } from 'vitest'
import { bounds } from './timestamps.ts'

describe('bounds()', () => {
  it('compares instants, however they are written', () => {
    const times = ['2026-03-04T09:00:01.000Z', '2026-03-04T11:00:00+02:00', '2026-03-04T09:00:02.000Z']
    expect(bounds(times)).toEqual({ first: '2026-03-04T11:00:00+02:00', last: '2026-03-04T09:00:02.000Z' })
  })

  it('finds both ends in any order', () => {
    const times = ['2026-03-04T09:00:03.000Z', '2026-03-04T09:00:05.000Z', '2026-03-04T09:00:01.000Z', '2026-03-04T09:00:04.000Z']
    expect(bounds(times)).toEqual({ first: times[2], last: times[1] })
    expect(bounds(times.slice(2, 3))).toEqual({ first: times[2], last: times[2] })
  })

  it('passes over what is no date, also where it is written like one', () => {
    const times = ['2026-03-04T09:00:01.000Z', '9026-99-99T99:99:99.999Z', '2026-03-04T09:00:02.000Z']
    expect(bounds(times)).toEqual({ first: '2026-03-04T09:00:01.000Z', last: '2026-03-04T09:00:02.000Z' })
    for (const none of [['yesterday'], [], ['9026-99-99T99:99:99.999Z']]) expect(bounds(none)).toEqual({ first: null, last: null })
  })
})
