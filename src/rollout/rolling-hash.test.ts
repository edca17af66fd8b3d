import { expect, it } from 'vitest'
import { RollingHash } from './rolling-hash.ts'

const lettersOf = (...texts: string[]) => {
  const hash = new RollingHash()
  for (const text of texts) hash.add(text)
  return hash.letters
}

it('stands for all texts so far, in their order and with their ends', () => {
  expect(lettersOf('lamp', 'tide')).toBe(lettersOf('lamp', 'tide'))
  expect(lettersOf('lamp', 'tide')).not.toBe(lettersOf('tide', 'lamp'))
  expect(lettersOf('lamp', 'tide')).not.toBe(lettersOf('lampt', 'ide'))
  expect(lettersOf('lamp')).not.toBe(lettersOf('lamp', ''))
})

it('tells many texts apart that hardly differ', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 50_000; i++) seen.add(lettersOf(`msg_${i}`, 'the same words'))
  expect(seen.size).toBe(50_000)
})
