import { expect, it } from 'vitest'
import { KnownNames } from './known-names.ts'

it('says what was probably meant, what to do otherwise, or what there is', () => {
  const names = new KnownNames(['messages', 'text', 'texts'])
  expect(names.hintFor('mesages', 'none')).toBe("Did you mean 'messages'?")
  expect(names.hintFor('texto', 'none', { except: new Set(['text', 'other']) })).toBe("Did you mean 'texts'?")
  expect(names.hintFor('zebra', 'none', { except: new Set(['text', 'other']) })).toBe('There are: messages, texts')
  expect(names.hintFor('zebra', 'none', { otherwise: 'Leave it' })).toBe('Leave it')
  expect(new KnownNames(['a']).hintFor('zebra', 'none', { except: new Set(['a']) })).toBe('none')
})

it('lists the first of many, without those that cannot be meant', () => {
  const names = new KnownNames(Array.from({ length: 50 }, (_, i) => `column_${i}`))
  const hint = names.hintFor('zebra', 'none', { except: new Set(['column_0', 'column_7']) })
  expect(hint).toMatch(/^There are: column_1, column_2, .*, column_31 and 18 more$/)
  expect(hint).not.toContain('column_7,')
})

it('guesses no more than anybody reads', () => {
  const names = new KnownNames(['messages'])
  const hints = Array.from({ length: 300 }, () => names.hintFor('mesages', 'none'))
  expect(hints.filter(hint => hint.startsWith('Did you mean'))).toHaveLength(100)
})
