import { canBeginAt } from '../boundary.ts'
import { endsOnCrc } from '../checksums.ts'
import { defineDetector, type Finding, type Hit } from '../detector.ts'
import { looksDrawn } from '../plausible.ts'
import { TOKEN_SHAPES, type TokenShape } from './token-shapes.ts'

export const tokens = defineDetector({
  name: 'tokens',
  description: 'Tokens that say whose they are by how they begin: clouds, forges, registries, model providers, chat, payment',
  group: 'secret',
  keywords: [...new Set(TOKEN_SHAPES.map(({ key }) => key))],
  *find(text, hits) {
    for (const hit of hits) {
      for (const shape of BY_KEY.get(hit.keyword) ?? []) {
        const found = tokenAt(text, hit, shape)
        if (found === null) continue
        yield found
        break
      }
    }
  },
})

const BY_KEY = Map.groupBy(TOKEN_SHAPES, ({ key }) => key)

/** What stands before a token and belongs to it is no longer than this. */
const LONGEST_LEAD = 100

function tokenAt(text: string, { at, keyword }: Hit, { rule, rest, lead, check }: TokenShape): Finding | null {
  const before = lead?.exec(text.slice(Math.max(0, at - LONGEST_LEAD), at))?.[0]
  if (lead !== undefined && before === undefined) return null
  const start = at - (before?.length ?? 0)
  if (!canBeginAt(text, start) && !isLongName(keyword)) return null
  rest.lastIndex = at + keyword.length
  const body = rest.exec(text)?.[0]
  if (body === undefined) return null
  const end = at + keyword.length + body.length
  const token = text.slice(start, end)
  if (IN_GUIDES.test(`${before ?? ''} ${body}`)) return null
  if (check === 'drawn' && !looksDrawn(body)) return null
  // A token of the right length whose check is wrong may be cut or mistyped: then it has to look drawn.
  if (check === 'crc' && !endsOnCrc(token, text.slice(at, at + keyword.length)) && !looksDrawn(body)) return null
  return { start, end, rule, stand: 'secret' }
}

/** What stands in tokens that are shown as an example. */
const IN_GUIDES = /example|placeholder|your[-_]|x{6}|([A-Za-z0-9])\1{7}|\.\.\.|1234567890|abcdefghij/i

/** Beginnings that stand in no other word need nothing before them. */
function isLongName(keyword: string): boolean {
  return keyword.length >= 7 && /[._-]/.test(keyword)
}
