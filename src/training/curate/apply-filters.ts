import { TracewrightError } from '../../errors.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { type ConditionScope, checkCondition, conditionOf, verdictOf } from '../outcome/condition.ts'
import type { Signals } from '../outcome/signals.ts'
import type { Filter } from './filter.ts'
import * as filters from './filters.ts'

/** Gives the reason why a row is left out; null where all filters keep it. */
export type ApplyFilters = (conversation: Conversation, signals: Signals) => string | null

/** A filter as it was named, and whether it keeps a row. */
export type NamedFilter = { text: string; keeps: NonNullable<ReturnType<Filter['make']>> }

/** Asks filters one after the other. */
export function againstAny(named: readonly NamedFilter[]): ApplyFilters {
  return (conversation, signals) => {
    const against = named.find(({ keeps }) => !keeps(conversation, signals))
    return against === undefined ? null : `filter ${against.text}`
  }
}

/**
 * A filter by name, `name` or `name:argument`; what is no filter's name is a column or an outcome, and rows are kept that it says yes to. Throws
 * for what there is not, for arguments that are not understood, and for what needs a repository.
 */
export function filterNamed(text: string, scope: ConditionScope): NamedFilter {
  const [, name, argument] = /^([\w-]+)(?::(.*))?$/s.exec(text) ?? []
  const found = ALL.find(filter => filter.name === name)
  if (found === undefined) {
    const condition = conditionOf(text)
    checkCondition(
      condition,
      'filter',
      scope,
      ALL.map(filter => filter.name),
    )
    return { text, keeps: ({ row }, signals) => verdictOf(condition, row, signals) === true }
  }
  if (found.needsGit && !scope.hasGit)
    throw new TracewrightError('usage', `Cannot filter by '${text}' without a repository`, { hint: 'Name it: --git DIR (git)' })
  const keeps = found.make(argument ?? null)
  if (keeps === null) throw new TracewrightError('usage', `Cannot filter by '${text}'`, { hint: found.description })
  return { text, keeps }
}

const ALL: readonly Filter[] = Object.values(filters)
