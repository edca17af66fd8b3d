import { createHash } from 'node:crypto'
import { TracewrightError } from '../../errors.ts'

/** What a split is decided by: keys of the lineage and the project, and the time, of the first row of what has to stay together. */
export type SplitFacts = { lineage: number; project: number; time: number }

/** A number of 52 bits that a text is known by, the same everywhere. */
export function keyOf(text: string): number {
  return Number(createHash('sha256').update(text).digest().readBigUInt64BE(0) >> 12n)
}

/** Which split rows belong to that have to stay together. The same facts always give the same split, whatever else is exported. */
export type Split = { names: readonly string[]; of(facts: SplitFacts): string }

const NAMES = ['train', 'validation', 'test']

/**
 * 'lineage:90/5/5' or 'project:90/10' → by a stable hash of the lineage or the project; 'time:2026-03-01/2026-04-01' → what began before
 * the first date, before the second, later. Without a text all is train. Throws for any other text.
 */
export function splitNamed(text: string | undefined): Split {
  if (text === undefined) return { names: ['train'], of: () => 'train' }
  if (text.startsWith('time:')) return splitByTime(text)
  const [, by, numbers] = /^(lineage|project):(\d+(?:\.\d+)?(?:\/\d+(?:\.\d+)?){1,2})$/.exec(text) ?? []
  const shares = numbers?.split('/').map(Number)
  if (shares === undefined || Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) > 1e-9)
    throw new TracewrightError('usage', `Cannot split by '${text}'`, {
      hint: 'Expected lineage: or project: with two or three shares that make 100, such as lineage:90/5/5, or time: with one or two dates',
    })
  const names = namesOf(shares.length)
  return {
    names,
    of({ lineage, project }) {
      const point = ((by === 'lineage' ? lineage : project) / 2 ** 52) * 100
      let upTo = 0
      return names.find((_, i) => point < (upTo += shares[i]!)) ?? names.at(-1)!
    },
  }
}

function splitByTime(text: string): Split {
  const dates = text
    .slice('time:'.length)
    .split('/')
    .map(date => (/^\d{4}-\d{2}-\d{2}/.test(date) ? Date.parse(date) : Number.NaN))
  if (dates.length > 2 || dates.some((date, i) => Number.isNaN(date) || (i > 0 && date <= dates[i - 1]!)))
    throw new TracewrightError('usage', `Cannot split by '${text}'`, {
      hint: 'Expected one or two dates in order, such as time:2026-03-01/2026-04-01',
    })
  const names = namesOf(dates.length + 1)
  return { names, of: ({ time }) => names[dates.filter(date => time >= date).length]! }
}

function namesOf(count: number): string[] {
  return count === 2 ? ['train', 'test'] : NAMES
}
