import { expect, it } from 'vitest'
import { TextBag } from './text-bag.ts'

it('holds each text as often as it was put in', () => {
  const bag = new TextBag()
  const texts = ['', 'reed', 'reed', 'deer', `${'sedge '.repeat(99)}1`, `${'sedge '.repeat(99)}2`, '🏮']
  for (const text of texts) bag.add(text)
  expect(bag.size).toBe(7)
  expect(texts.every(text => bag.has(text))).toBe(true)
  for (const other of ['lamp', 'Reed', 'sedge '.repeat(99), `${'sedge '.repeat(99)}3`])
    expect([bag.has(other), bag.take(other)]).toEqual([false, false])
  expect([bag.take('reed'), bag.take('reed'), bag.take('reed'), bag.has('reed')]).toEqual([true, true, false, false])
  expect([bag.take(''), bag.take(''), bag.take(`${'sedge '.repeat(99)}2`), bag.has(`${'sedge '.repeat(99)}1`)]).toEqual([
    true,
    false,
    true,
    true,
  ])
  expect(bag.size).toBe(3)
})
