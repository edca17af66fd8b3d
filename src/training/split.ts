import { createHash } from 'node:crypto'
import { TracewrightError } from '../errors.ts'

/** Which split a lineage belongs to. The same lineage always goes the same way, whatever else is exported. */
export type Split = { names: readonly string[]; of(lineage: string): string }

const NAMES = ['train', 'validation', 'test']

/** 'lineage:90/5/5' → train, validation and test by a stable hash of the lineage; without a text all is train. Throws for any other text. */
export function splitNamed(text: string | undefined): Split {
  if (text === undefined) return { names: ['train'], of: () => 'train' }
  const shares = /^lineage:(\d+(?:\.\d+)?(?:\/\d+(?:\.\d+)?){1,2})$/.exec(text)?.[1]?.split('/').map(Number)
  if (shares === undefined || shares.reduce((sum, share) => sum + share, 0) !== 100)
    throw new TracewrightError('usage', `Cannot split by '${text}'`, {
      hint: 'Expected lineage: and two or three shares that make 100, such as lineage:90/5/5',
    })
  const names = NAMES.slice(0, shares.length).map((name, i) => (shares.length === 2 && i === 1 ? 'test' : name))
  return {
    names,
    of(lineage) {
      const point = (createHash('sha256').update(lineage).digest().readUInt32BE(0) / 2 ** 32) * 100
      let upTo = 0
      return names.find((_, i) => point < (upTo += shares[i]!)) ?? names.at(-1)!
    },
  }
}
