import { TracewrightError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import type { Conversation } from '../conversation.ts'
import type { Signals } from '../outcome/signals.ts'
import type { Filter } from './filter.ts'
import * as filters from './filters.ts'

/** Gives the reason why a row is left out; null where all filters keep it. */
export type ApplyFilters = (conversation: Conversation, signals: Signals) => string | null

/** Filters by name, `name` or `name:argument`. Throws for what there is not, for arguments that are not understood, and for what needs a repository. */
export function filtersNamed(texts: readonly string[], { hasGit }: { hasGit: boolean }): ApplyFilters {
  const known: readonly Filter[] = Object.values(filters)
  const names = known.map(filter => filter.name)
  const made = texts.map(text => {
    const [name, argument] = text.includes(':') ? [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)] : [text, null]
    const found = known.find(filter => filter.name === name)
    if (found === undefined)
      throw new TracewrightError('usage', `Unknown filter '${name}'`, { hint: didYouMean(name!, names, `Filters are ${names.join(', ')}`) })
    if (found.needsGit && !hasGit)
      throw new TracewrightError('usage', `Cannot filter by '${text}' without a repository`, { hint: 'Name it: --git DIR (git)' })
    const keeps = found.make(argument)
    if (keeps === null) throw new TracewrightError('usage', `Cannot filter by '${text}'`, { hint: found.description })
    return { text, keeps }
  })
  return (conversation, signals) => {
    const against = made.find(({ keeps }) => !keeps(conversation, signals))
    return against === undefined ? null : `filter ${against.text}`
  }
}
