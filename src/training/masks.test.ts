import { describe, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { masked } from './apply-masks.ts'
import { emptyFunnel } from './conversation/account.ts'
import * as masks from './masks.ts'
import { signalsOf } from './outcome/signals.ts'
import { conversation, type Said } from './testing/said.ts'

const ASK: Said = ['user', 'Do it']
const MAKE: Said = ['assistant', '', { call: '{"command":"make"}' }]
const TEST: Said = ['assistant', '', { call: '{"command":"test"}' }]
const WORKS: Said = ['tool', 'ok']
const FAILS: Said = ['tool', 'no', { meta: { is_error: true } }]
const DONE: Said = ['assistant', 'Done.']
const STOP: Said = ['user', 'Stop', { meta: { boundary: 'interruption' } }]

/** What a session says, the messages that are masked in it, and why. */
const CASES: {
  [mask: string]: readonly (readonly [what: string, said: readonly Said[], off: { [message: number]: string }, more?: Row])[]
} = {
  errors: [
    ['the call that failed, not the one that worked', [ASK, MAKE, FAILS, MAKE, WORKS, DONE], { 1: 'call that led to an error' }],
    ['nothing where all worked', [ASK, MAKE, WORKS, DONE], {}],
  ],
  flags: [
    [
      'a turn that was given up, and words of the harness',
      [
        ASK,
        ['assistant', 'Half', { meta: { train: false } }],
        ASK,
        ['assistant', 'No key', { meta: { train: false, origin: 'harness' } }],
        ASK,
        DONE,
      ],
      { 1: 'turn that was given up', 3: 'words of the harness' },
    ],
    ['no replay: that is another mask', [ASK, ['assistant', 'Old', { meta: { replay: true } }], ASK, DONE], {}],
  ],
  interrupted: [
    ['the last message before a person stopped it', [ASK, MAKE, WORKS, TEST, WORKS, STOP, DONE], { 3: 'interrupted turn' }],
    [
      'the last message of all, where the session ended so',
      [ASK, MAKE, WORKS, DONE],
      { 3: 'interrupted turn' },
      { outcome: { status: 'interrupted' } },
    ],
    ['nothing where nobody did', [ASK, MAKE, WORKS, DONE], {}, { outcome: { status: 'completed' } }],
  ],
  looped: [
    ['the third call, and on', [ASK, MAKE, WORKS, MAKE, WORKS, MAKE, WORKS, MAKE, WORKS, DONE], { 5: 'loop', 7: 'loop' }],
    ['nothing where another call is between', [ASK, MAKE, WORKS, MAKE, WORKS, TEST, WORKS, MAKE, WORKS, DONE], {}],
    ['nothing where words are between', [ASK, MAKE, WORKS, MAKE, WORKS, DONE, ASK, MAKE, WORKS, DONE], {}],
  ],
  replay: [
    [
      'what a parent said before',
      [ASK, ['assistant', 'Old', { meta: { replay: true, train: false } }], ASK, DONE],
      { 1: 'replay of the parent' },
    ],
  ],
}

it('has a case for every mask, and no other', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(masks).sort())
})

describe.each(Object.entries(masks))('%s', (name, mask) => {
  it.each(CASES[name]!.map(([what, said, off, more]) => ({ what, said, off, more })))('masks $what', ({ said, off, more }) => {
    const found = conversation(said, more)
    expect(
      Object.fromEntries(
        [...mask.find(found, signalsOf(found))].filter(([i]) =>
          found.parts.flat().some(({ role, source }) => role === 'assistant' && source === i),
        ),
      ),
    ).toEqual(off)
    const after = masked(found, [mask], signalsOf(found))
    const untrained = after.parts.flat().flatMap(({ role, train, source }) => (role === 'assistant' && !train ? [source] : []))
    expect(untrained).toEqual(expect.arrayContaining(Object.keys(off).map(Number)))
    expect(after.parts.flat().map(({ text }) => text)).toEqual(found.parts.flat().map(({ text }) => text))
    found.account.dropRest('not written')
    const funnel = emptyFunnel()
    found.account.settle(funnel, ({ reason }) => reason)
    expect(Object.keys(funnel.masked)).toEqual(expect.arrayContaining([...new Set(Object.values(off))]))
  })
})
