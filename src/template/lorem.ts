import type { Random } from '../random.ts'

/** A paragraph of filler text with at least `min` and fewer than `max` words. */
export function lorem(random: Random, min: number, max: number): string {
  const count = min + random.integer(Math.max(1, max - min))
  const words: string[] = []
  let sentence = 0
  for (let index = 0; index < count; index++) {
    const word = random.pick(WORDS)!
    const isLast = index === count - 1
    const ends = isLast || (sentence > 5 && random.next() < 0.15)
    const shown = sentence === 0 ? word[0]!.toUpperCase() + word.slice(1) : word
    words.push(`${shown}${ends ? '.' : sentence > 2 && random.next() < 0.1 ? ',' : ''}`)
    sentence = ends ? 0 : sentence + 1
  }
  return words.join(' ')
}

const WORDS =
  'ad amet aute cillum commodo consectetur culpa cupidatat deserunt do dolor dolore duis ea eiusmod elit enim esse est et eu ex excepteur exercitation fugiat id in incididunt ipsum irure labore laboris laborum lorem magna minim mollit nisi non nostrud nulla occaecat officia pariatur proident qui quis reprehenderit sed sint sit sunt tempor ullamco ut velit veniam voluptate'.split(
    ' ',
  )
