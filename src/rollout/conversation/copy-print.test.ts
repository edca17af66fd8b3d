import { expect, it } from 'vitest'
import { copyPrintOf, toldIn } from './copy-print.ts'
import type { Message, MessageMeta, RolloutRow } from './row.ts'

const rowOf = (...told: [Message['role'], string, Partial<MessageMeta>?][]) =>
  ({
    messages: told.map(([role, text]) => ({ role, content: [{ type: 'text', text }] })),
    message_meta: told.map(([role, , meta]) => ({
      record: null,
      timestamp: null,
      origin: role === 'assistant' ? 'model' : 'human',
      train: role === 'assistant',
      ...meta,
    })),
  }) as unknown as RolloutRow

const usage = (output_tokens: number) => ({ usage: { output_tokens } }) as Partial<MessageMeta>

it('gives back what it was made of, whatever numbers occur', () => {
  const gap = Array.from({ length: 300 }, (): ['tool', string] => ['tool', 'x'])
  const print = copyPrintOf(
    rowOf(
      ['system', 'Be'],
      ['user', 'Ask'],
      ['assistant', 'Yes.', usage(0)],
      ...gap,
      ['assistant', 'y'.repeat(500), { timestamp: '2026-05-01T10:00:00Z', id: 'msg_0123456789abcdefgh', ...usage(70_000) }],
      ['assistant', 'No.', { timestamp: '2026-05-01T10:00:01Z', ...usage(1e300) }],
    ),
  )
  const told = [...toldIn(print)]
  expect(
    told.map(({ at, isPrompt, tokens, isLong, isTimed, hasIds, isAnswer, proof }) => ({
      at,
      isPrompt,
      tokens,
      isLong,
      isTimed,
      hasIds,
      isAnswer,
      proven: proof !== null,
    })),
  ).toEqual([
    { at: 1, isPrompt: true, tokens: 0, isLong: false, isTimed: false, hasIds: false, isAnswer: false, proven: false },
    { at: 2, isPrompt: false, tokens: 0, isLong: false, isTimed: false, hasIds: false, isAnswer: true, proven: false },
    { at: 303, isPrompt: false, tokens: 70_000, isLong: true, isTimed: true, hasIds: true, isAnswer: false, proven: true },
    { at: 304, isPrompt: false, tokens: 2 ** 32, isLong: false, isTimed: true, hasIds: false, isAnswer: false, proven: true },
  ])
})

it('holds no words, and leaves out what is not to be trained on or stands elsewhere', () => {
  const row = rowOf(
    ['user', 'secret'],
    ['assistant', 'secret', { train: false }],
    ['user', 'again', { replay: true }],
    ['assistant', 'more'],
  )
  expect([...toldIn(copyPrintOf(row))].map(({ at }) => at)).toEqual([3])
  expect(copyPrintOf(rowOf(['user', 'secret']))).toBe('')
})

it('tells texts apart that differ in their middle only', () => {
  const words = (middle: string) =>
    [...toldIn(copyPrintOf(rowOf(['assistant', `${'a'.repeat(300)}${middle}${'a'.repeat(300)}`])))][0]!.words
  expect(words('x')).not.toEqual(words('y'))
  expect(words('x')).toEqual(words('x'))
})
