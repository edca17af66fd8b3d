import { TracewrightError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import type { Signals } from './signals.ts'

/** What may be a reward, and how it becomes a number: a verifier's is one already, an exit code of 0 is 1. */
const REWARDS = {
  reward: Number,
  tests_passed: Number,
  exit_code: (value: unknown) => Number(value === 0),
  merged: Number,
  survival: Number,
} as const satisfies { [Name in keyof Signals]?: (value: unknown) => number }

/** Gives the reward of a task: the first of these signals that is known, as a number; null where none is. */
export type RewardOf = (signals: Signals) => number | null

/** Rewards by the names of signals, in the order in which they count. Throws for names there are not. */
export function rewardBy(names: readonly string[]): RewardOf {
  for (const name of names)
    if (!Object.hasOwn(REWARDS, name))
      throw new TracewrightError('usage', `Unknown reward '${name}'`, {
        hint: didYouMean(name, Object.keys(REWARDS), `Rewards are ${Object.keys(REWARDS).join(', ')}`),
      })
  return signals => {
    for (const name of names as readonly (keyof typeof REWARDS)[]) {
      const signal = signals[name]
      if (signal === null) continue
      if (signals.reverted?.value === true && (name === 'merged' || name === 'survival')) return 0
      return REWARDS[name](signal.value)
    }
    return null
  }
}
