import { expect, it } from 'vitest'
import { Random } from '../random.ts'
import { NeedleScan } from './needle-scan.ts'

const NEEDLES = ['key', 'keyring', 'a=b', 'sk-', 'åse-', 'öl:', '\u0142od', 'π=3', '\u{1f511}key', ' % ']

it.each([
  ['as they stand', false],
  ['in any case', true],
])('finds all needles %s, also where a text goes over what is looked at in one go', (_, fold) => {
  const random = new Random('needles')
  const letters = ['k', 'e', 'y', 'K', 'E', 'Y', 's', '-', 'å', 'Å', 'ó', 'π', '\u{1f511}', ' ', '%', '[', '{', '@', '`', '_', '\u007f']
  const drawn = (length: number) => Array.from({ length }, () => letters[Math.floor(random.next() * letters.length)]).join('')
  const pieces = [...NEEDLES, ...NEEDLES.map(needle => needle.toUpperCase())]
  const scan = new NeedleScan(NEEDLES, { fold })
  const folded = (text: string) => (fold ? text.replace(/[A-Z]/g, letter => letter.toLowerCase()) : text)
  const texts = ['', 'k', 'ke', 'key', ...[10, 300, 32_765, 32_768, 70_000].map(drawn)]
  // A needle at each place around the end of a piece.
  for (let at = 32_760; at < 32_772; at++) texts.push(`${'.'.repeat(at)}${pieces[at % pieces.length]}${'.'.repeat(at % 3)}`)
  for (const text of texts) {
    const found: [number, number][] = []
    scan.find(text, (index, at) => found.push([index, at]))
    const expected = NEEDLES.flatMap((needle, index) => placesOf(folded(text), needle).map(at => [index, at]))
    expect(found.toSorted(byPlace)).toEqual(expected.toSorted(byPlace))
  }
})

it('finds nothing where there is nothing to look for', () => {
  const found: number[] = []
  for (const needles of [[], ['ab']]) new NeedleScan(needles).find('abab', index => found.push(index))
  expect(found).toEqual([])
})

function placesOf(text: string, needle: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) places.push(at)
  return places
}

function byPlace(a: readonly number[], b: readonly number[]): number {
  return a[1]! - b[1]! || a[0]! - b[0]!
}
