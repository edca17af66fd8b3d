import type { Json } from '../../json/json.ts'
import type { StoreType } from '../../store-type.ts'
import type { Signals } from './signals.ts'

/** How a session went, as a column of it: in SQL, conditions, masks, filters, rewards and labels it has this name. */
export type OutcomeColumn = {
  readonly name: keyof Signals
  readonly type: StoreType
  /** One sentence for the docs; ends with when it says yes. */
  readonly description: string
  /** It is known of commits that the repository of `--git` has. */
  readonly needsGit?: true
  /** From 0 to 1, how good that is; from 0.5 on it says yes. A verifier's reward is what it is. */
  score(value: Json, signals: Signals): number
}

const isTakenBack = ({ reverted }: Signals) => reverted?.value === true

/** The one vocabulary of outcomes. */
export const OUTCOME_COLUMNS: { readonly [Name in keyof Signals]: OutcomeColumn } = {
  reward: {
    name: 'reward',
    type: 'number',
    description: 'Reward of Harbor or another verifier; yes from 0.5 on',
    score: Number,
  },
  status: {
    name: 'status',
    type: 'text',
    description: 'How the log says the session ended; yes for `completed`',
    score: value => Number(value === 'completed'),
  },
  tests_passed: {
    name: 'tests_passed',
    type: 'boolean',
    description: 'Whether the last tests that the session ran passed',
    score: Number,
  },
  exit_code: {
    name: 'exit_code',
    type: 'integer',
    description: 'Exit code of the last command that tells one; yes for 0',
    score: value => Number(value === 0),
  },
  commits: {
    name: 'commits',
    type: { list: 'text' },
    description: 'Hashes of the commits that the session made; yes where there is one',
    score: value => Number(Array.isArray(value) && value.length > 0),
  },
  merged: {
    name: 'merged',
    type: 'boolean',
    description: 'Whether these commits are in the history of HEAD; yes where none was taken back either',
    needsGit: true,
    score: (value, signals) => (isTakenBack(signals) ? 0 : Number(value)),
  },
  reverted: {
    name: 'reverted',
    type: 'boolean',
    description: 'Whether any of them was taken back',
    needsGit: true,
    score: Number,
  },
  survival: {
    name: 'survival',
    type: 'number',
    description: 'Share of the lines they added that still stand, 0 to 1; yes from 0.5 on, where none was taken back',
    needsGit: true,
    score: (value, signals) => (isTakenBack(signals) ? 0 : Number(value)),
  },
}

/** The outcome column of a name; null where there is none. */
export function outcomeColumn(name: string): OutcomeColumn | null {
  return Object.hasOwn(OUTCOME_COLUMNS, name) ? OUTCOME_COLUMNS[name as keyof Signals] : null
}

/** How good an outcome is, by its column; null where nothing is known of it. */
export function outcomeScore({ name, score }: OutcomeColumn, signals: Signals): number | null {
  const signal = signals[name]
  return signal === null ? null : score(signal.value, signals)
}
