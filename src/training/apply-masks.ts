import { columnMask } from './column-mask.ts'
import { type ConditionScope, checkCondition, conditionOf } from './condition.ts'
import type { Conversation } from './conversation.ts'
import { untrained } from './example.ts'
import type { Mask } from './mask.ts'
import * as masks from './masks.ts'
import type { Signals } from './outcome/signals.ts'

/** A mask by name. What is no mask's name is a column or an outcome: rows, or messages of rows, that it says no to are not trained. */
export function maskNamed(name: string, scope: ConditionScope): Mask {
  const found = ALL.find(mask => mask.name === name)
  if (found !== undefined) return found
  checkCondition(
    conditionOf(name),
    'mask',
    scope,
    ALL.map(mask => mask.name),
  )
  return columnMask(name)
}

/** The masks that hold where nobody says which do. */
export function usualMasks(): Mask[] {
  return ALL.filter(mask => mask.isDefault)
}

const ALL: readonly Mask[] = Object.values(masks)

/** The conversation with everything masked that these masks find. */
export function masked(conversation: Conversation, rules: readonly Mask[], signals: Signals): Conversation {
  const off = new Set<number>()
  for (const rule of rules) {
    for (const [message, reason] of rule.find(conversation, signals)) {
      off.add(message)
      conversation.account.mask(message, reason)
    }
  }
  // Replays and turns given up are never trained, whichever masks were asked for.
  for (const [i, meta] of conversation.metas.entries()) {
    if (meta['train'] === false && !off.has(i)) {
      off.add(i)
      conversation.account.mask(i, 'not to be trained')
    }
  }
  if (off.size === 0) return conversation
  const parts = conversation.parts.map(part =>
    part.map(message => (message.source !== null && off.has(message.source) ? untrained(message) : message)),
  )
  return { ...conversation, parts }
}
