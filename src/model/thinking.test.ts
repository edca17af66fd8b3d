import { describe, expect, it } from 'vitest'
import { splitThinking } from './thinking.ts'

describe('splitThinking()', () => {
  const cases: [what: string, whole: string, text: string, reasoning: string | null][] = [
    ['nothing thought', 'Plain.', 'Plain.', null],
    ['at the beginning', '<think>\nhm\n</think>\n\nFinal.', 'Final.', 'hm'],
    ['in capitals', '<THINK>hm</THINK>Final.', 'Final.', 'hm'],
    ['other marks', '[THINK]hm[/THINK]Final.', 'Final.', 'hm'],
    ['another word', '<thinking>hm</thinking> Final.', 'Final.', 'hm'],
    ['nothing between the marks', '<think></think>Final.', 'Final.', null],
    ['twice', '<think>a</think>\n<think>b</think>Final.', 'Final.', 'a\nb'],
    ['in the middle', 'Let me see. <think>a</think> Final.', 'Let me see.  Final.', 'a'],
    ['only the end of it, as templates that open it leave it', 'so "it" is\n</think>\nFinal.', 'Final.', 'so "it" is'],
    ['never ended', '<think>on and on', '', 'on and on'],
    ['JSON in thoughts', '<think>```json\n{"a":1}\n```</think>{"a": 2}', '{"a": 2}', '```json\n{"a":1}\n```'],
    ['a mark in thoughts', '<think>it says "</thought>" here</think>Final.', 'Final.', 'it says "</thought>" here'],
    ['in a string of JSON', '{"a": "<think>x</think>"}', '{"a": "<think>x</think>"}', null],
    ['in a string of JSON over lines', '{\n  "a": "\\"<think>x</think>"\n}', '{\n  "a": "\\"<think>x</think>"\n}', null],
    ['only the end, in a string', '{"a": "x</think>"}', '{"a": "x</think>"}', null],
    ['thoughts, then a string', '<think>hm</think>{"a": "<think>x</think>"}', '{"a": "<think>x</think>"}', 'hm'],
    ['in code', 'Use:\n```xml\n<think>x</think>\n```\n', 'Use:\n```xml\n<think>x</think>\n```\n', null],
    ['between backticks', 'The tag `<think>` opens, `</think>` closes.', 'The tag `<think>` opens, `</think>` closes.', null],
    ['letters that grow when they are made small', '<think>İİİ</think>İ!', 'İ!', 'İİİ'],
  ]
  for (const [what, whole, text, reasoning] of cases)
    it(what, () => {
      expect(splitThinking(whole)).toEqual({ text, reasoning })
    })

  it('takes time in proportion to the text, whatever marks it is made of', () => {
    for (const piece of ['<think>', '</think>', '<think></think>', '`<think>', '```', '"<think>', '```<think>\n', 'x<think>y</think>']) {
      const time = (count: number) => {
        const start = performance.now()
        splitThinking(piece.repeat(count))
        return performance.now() - start
      }
      // Quadratic work would take minutes.
      expect(time(200_000), piece).toBeLessThan(20_000)
    }
  })
})
