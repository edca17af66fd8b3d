import type { Row } from '../../row.ts'
import { type ConditionScope, checkCondition, conditionOf, scoreIn } from './condition.ts'
import { OUTCOME_COLUMNS, outcomeColumn, outcomeScore } from './outcome-columns.ts'
import type { Signals } from './signals.ts'

/** Gives the reward of a session as a number; null where nothing says it. */
export type RewardOf = (row: Row, signals: Signals) => number | null

/** Gives what the first of some rewards says that is known. */
export function firstKnown(rewards: readonly RewardOf[]): RewardOf {
  return (row, signals) => {
    for (const reward of rewards) {
      const found = reward(row, signals)
      if (found !== null) return found
    }
    return null
  }
}

/** The reward that an outcome or a column is. Throws for names there are not. */
export function rewardNamed(name: string, scope: ConditionScope): RewardOf {
  const condition = conditionOf(name)
  checkCondition(condition, 'reward', scope, Object.keys(OUTCOME_COLUMNS))
  const outcome = outcomeColumn(name)
  return (row, signals) =>
    outcome === null || Object.hasOwn(row, condition.column) ? scoreIn(condition, row) : outcomeScore(outcome, signals)
}
