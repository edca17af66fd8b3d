import { afterEach, expect, it } from 'vitest'
import { exitOnSignals, takeSignals } from './early-exit.ts'
import { interruptible } from './interruptible.ts'
import { stoppable } from './stoppable.ts'

/*
 * Where nobody listens to a signal the system ends the process, and a shell is told of no code. Signals come at any time, so that
 * listeners are counted whenever one goes.
 */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
let fewest = Infinity
const count = (name: string | symbol) => {
  if (SIGNALS.some(signal => signal === name)) fewest = Math.min(fewest, process.listenerCount(name))
}

afterEach(() => {
  process.off('removeListener', count)
  takeSignals(...SIGNALS)
})

it.each([
  ['a command that stops', () => interruptible()],
  ['a command that stops in steps', () => stoppable({ say: () => {}, stop: () => {} })],
])('%s has its signals listened to from its beginning to its end, and behind it', (_, take) => {
  const before = SIGNALS.map(signal => process.listenerCount(signal))
  fewest = Infinity
  exitOnSignals()
  process.on('removeListener', count)
  for (let turn = 0; turn < 3; turn++) {
    const taken = take()
    taken[Symbol.dispose]()
    exitOnSignals()
  }
  process.off('removeListener', count)
  expect(SIGNALS.map((signal, at) => process.listenerCount(signal) - before[at]!)).toEqual([1, 1])
  expect(fewest).toBeGreaterThan(0)
})
