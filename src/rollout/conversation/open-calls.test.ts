import { describe, expect, it } from 'vitest'
import { OpenCalls } from './open-calls.ts'

/** Calls `1`, `2`, … of these responses, and what answers go to, one after the other; each answers the call it is given. */
function answersIn(responses: readonly string[], many: number): { given: (string | null)[]; looks: number } {
  const calls = new OpenCalls<string>()
  const answered = new Set<string>()
  let looks = 0
  for (const [i, response] of responses.entries()) calls.add(`${i + 1}`, response)
  const given = Array.from({ length: many }, () => {
    const open = calls.open(call => {
      looks++
      return answered.has(call)
    })
    if (open !== null) answered.add(open)
    return open
  })
  return { given, looks }
}

describe('OpenCalls', () => {
  it('gives the first that is open of the last response that has one', () => {
    expect(answersIn(['a', 'a', 'b', 'b'], 5).given).toEqual(['3', '4', '1', '2', null])
  })

  it('knows the last, answered or not', () => {
    const calls = new OpenCalls<string>()
    expect(calls.last).toBe(null)
    calls.add('1', 'a')
    expect([calls.open(() => true), calls.last]).toEqual([null, '1'])
  })

  it.each([
    ['one response', () => 'a'],
    ['a response each', (_: unknown, i: number) => `${i}`],
  ])('looks at each of very many calls of %s twice at most', (_, response) => {
    const many = 50_000
    const { given, looks } = answersIn(Array.from({ length: many }, response), many)
    expect(new Set(given).size).toBe(many)
    expect(looks).toBeLessThanOrEqual(2 * many)
  })
})
