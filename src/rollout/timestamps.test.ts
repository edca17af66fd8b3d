import { describe, expect, it } from 'vitest'
import { extreme } from './timestamps.ts'

describe('extreme()', () => {
  it('compares instants, however they are written', () => {
    const times = ['2026-03-04T09:00:01.000Z', '2026-03-04T11:00:00+02:00', '2026-03-04T09:00:02.000Z']
    expect([extreme(times, -1), extreme(times, 1)]).toEqual(['2026-03-04T11:00:00+02:00', '2026-03-04T09:00:02.000Z'])
  })

  it('passes over what is no date, also where it is written like one', () => {
    const times = ['2026-03-04T09:00:01.000Z', '9026-99-99T99:99:99.999Z', '2026-03-04T09:00:02.000Z']
    expect([extreme(times, -1), extreme(times, 1)]).toEqual(['2026-03-04T09:00:01.000Z', '2026-03-04T09:00:02.000Z'])
    expect(extreme(['yesterday'], 1)).toBeNull()
    expect(extreme([], 1)).toBeNull()
  })
})
