import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failureKind, httpFailure, retryAfterSeconds } from './http-failure.ts'

describe('failureKind()', () => {
  const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'cases', 'http_error_kind.json'), 'utf8'))
  for (const { status, body, expected } of cases)
    it(`takes ${status} ${body} for ${expected}`, () => {
      expect(failureKind(status, body)).toBe(expected)
    })
})

describe('retryAfterSeconds()', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const cases: [Record<string, string>, number | null][] = [
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0.5' }, 0.5],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: 'Thu, 01 Jan 2026 00:00:20 GMT' }, 10],
    [{ 'retry-after': 'Fri, 02 Jan 2026 00:00:30 GMT', date: 'Fri, 02 Jan 2026 00:00:00 GMT' }, 30],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: 'today' }, 30],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 0.25],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ]
  for (const [headers, expected] of cases)
    it(`reads ${JSON.stringify(headers)} as ${expected}`, () => {
      expect(retryAfterSeconds(headers, now)).toBe(expected)
    })
})

describe('httpFailure()', () => {
  it('says what the server said and what to do, in one sentence', () => {
    const error = httpFailure({ endpoint: 'http://h/v1', status: 401, body: '{"error":{"message":"bad\\n key"}}', headers: {} })
    expect(error.sentence).toBe(
      "Cannot get a reply from http://h/v1: found HTTP 401 (bad key), expected a reply. Check the provider's API key",
    )
  })

  it('quotes a page of HTML no further than it must', () => {
    const error = httpFailure({ endpoint: 'http://h/v1', status: 502, body: `<html>${'x'.repeat(5000)}`, headers: {} })
    expect(error.message.length).toBeLessThan(420)
  })
})
