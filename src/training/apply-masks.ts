import { columnMask } from './column-mask.ts'
import type { Conversation } from './conversation/conversation.ts'
import { type TrainingMessage, untrained } from './conversation/example.ts'
import type { Mask } from './mask.ts'
import * as masks from './masks.ts'
import { type ConditionScope, checkCondition, conditionOf } from './outcome/condition.ts'
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

/** The conversation with everything masked that these masks find; of a pair, the chosen answer is looked at as what comes next. */
export function masked(conversation: Conversation, rules: readonly Mask[], signals: Signals): Conversation {
  const off = new Set<number>()
  const seen = withChosen(conversation)
  for (const rule of rules) {
    for (const [message, reason] of rule.find(seen, signals)) {
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
  const apply = (message: TrainingMessage) => (message.source !== null && off.has(message.source) ? untrained(message) : message)
  const { pair } = conversation
  return {
    ...conversation,
    parts: conversation.parts.map(part => part.map(apply)),
    pair: pair === null ? null : { ...pair, chosen: pair.chosen.map(apply) },
  }
}

/** The conversation as masks look at it. */
export function withChosen(conversation: Conversation): Conversation {
  const { pair, parts } = conversation
  return pair === null ? conversation : { ...conversation, parts: [[...parts.flat(), ...pair.chosen]] }
}
