import { expect, it } from 'vitest'
import { tokenPlaces } from './token-places.ts'

const spell = (text: string) => {
  const table = new Map<number, string>()
  for (let byte = 0, other = 256; byte < 256; byte++)
    table.set(byte, String.fromCharCode((byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174 ? byte : other++))
  return [...Buffer.from(text)].map(byte => table.get(byte)!).join('')
}
const token = (text: string) => ({ text: spell(text), isAdded: false })

it('places tokens of bytes, added ones, letters of several units and letters the normalizer composes', () => {
  const text = 'a 𝒳<|end|>e\u0301x'
  const tokens = [token('a'), token(' 𝒳'), { text: '<|end|>', isAdded: true }, token('é'), token('x')]
  expect(tokenPlaces(text, tokens, true)).toEqual({ starts: [0, 1, 4, 11, 13], ends: [1, 4, 11, 13, 14] })
})

it('gives a part of a letter the place of the letter', () => {
  const letters = spell('é')
  const tokens = [
    { text: letters[0]!, isAdded: false },
    { text: letters[1]!, isAdded: false },
  ]
  expect(tokenPlaces('é', tokens, true)).toEqual({ starts: [0, 0], ends: [1, 1] })
})

it('places tokens that write spaces as bars', () => {
  const tokens = ['▁Hi', '▁you', '<0x0A>'].map(text => ({ text, isAdded: false }))
  expect(tokenPlaces('Hi you\n', tokens, false)).toEqual({ starts: [0, 2, 6], ends: [2, 6, 7] })
})

it('says so where tokens do not spell the text', () => {
  expect(tokenPlaces('abc', [token('abd')], true)).toBeNull()
})
