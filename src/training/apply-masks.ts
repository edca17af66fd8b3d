import { TracewrightError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { columnMask, columnRule } from './column-mask.ts'
import type { Conversation } from './conversation.ts'
import { untrained } from './example.ts'
import type { Mask } from './mask.ts'
import * as masks from './masks.ts'

/** Masks by name. What is no mask's name is a column: rows, or messages of rows, that it says no to are not trained. */
export function masksNamed(names: readonly string[] | undefined, columns: ReadonlySet<string> | null): Mask[] {
  const known = new Map<string, Mask>(Object.values(masks).map(mask => [mask.name, mask]))
  if (names === undefined) return [...known.values()].filter(mask => mask.isDefault)
  return names.map(name => {
    const found = known.get(name)
    if (found !== undefined) return found
    if (columns !== null && !columns.has(columnRule(name).column))
      throw new TracewrightError('usage', `Cannot mask by '${name}': there is no such mask or column`, {
        hint: didYouMean(name, [...known.keys(), ...columns], `Masks are ${[...known.keys()].join(', ')}`),
      })
    return columnMask(name)
  })
}

/** The conversation with everything masked that these masks find. */
export function masked(conversation: Conversation, rules: readonly Mask[]): Conversation {
  const off = new Set<number>()
  for (const rule of rules) {
    for (const [message, reason] of rule.find(conversation)) {
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
