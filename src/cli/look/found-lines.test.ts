import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { FoundIn } from '../../search/search-store.ts'
import { foundLines } from './found-lines.ts'

const found = (before: string, match: string, after: string): FoundIn => ({
  trace_id: '5f3c1a70-1111-4c1e-9d1a-aa0000000001',
  agent: 'claude_code',
  project: '/srv/a-garden-with-a-long-name',
  started_at: '2026-05-01T09:00:00Z',
  places: 3,
  hits: [{ message: 12, whose: 'human', before, match, after } as FoundIn['hits'][number]],
})
const words = 'water the long bed and then the short one, and '.repeat(3)

describe('where words were found', () => {
  it.each([
    ['much on both sides', words, words],
    ['much before it', words, ' end'],
    ['much behind it', 'begin ', words],
    ['wide characters', '温室の花に水をやる'.repeat(12), '温室'.repeat(30)],
  ])('fits the terminal, with what is nearest: %s', (_, before, after) => {
    for (const width of [60, 80, 120]) {
      const lines = foundLines(found(before, 'leeks', after), { width, color: false })
      for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(width)
      const hit = lines.find(line => line.includes('#12 human'))!
      expect(stringWidth(hit)).toBeGreaterThan(Math.min(width, stringWidth(before + after) + 22) - 3)
      expect(hit).toContain(`${[...before].slice(-3).join('')}leeks${[...after].slice(0, 3).join('')}`)
    }
  })

  it('is whole where there is no terminal, with id and facts in one line', () => {
    const [heading, hit, more] = foundLines(found(words, 'leeks', words), { width: Infinity, color: false })
    expect(heading).toMatch(
      /^5f3c1a70-1111-4c1e-9d1a-aa0000000001 {2}a-garden-with-a-long-name · 2026-05-01 09:00 · claude_code · 3 places$/,
    )
    expect(hit).toBe(`  #12 human  ${words}leeks${words}`)
    expect(more).toBe('  and 2 more')
  })
})
