import type { Json } from '../../json/json.ts'
import { masked, withChosen } from '../apply-masks.ts'
import { signalsOf } from '../outcome/signals.ts'
import { defineStage } from '../stage.ts'
import { eachConversation, readingOf, rulesOf } from './read-row.ts'

export const mask = defineStage({
  name: 'mask',
  description:
    'Says in `message_meta` of messages that masks, columns or outcomes say no to that they are not trained (`train`), and why (`masked`); a pair whose chosen answer they say no to is a reject',
  takes: ['mask', 'git'],
  needs: [],
  async open(settings) {
    const { masks, git } = rulesOf(settings)
    return eachConversation(readingOf(settings), function* apply(conversation) {
      const signals = signalsOf(conversation, git)
      const reasons = new Map<number, string>()
      const seen = withChosen(conversation)
      for (const rule of masks) for (const [i, reason] of rule.find(seen, signals)) if (!reasons.has(i)) reasons.set(i, reason)
      const { parts, pair } = masked(conversation, masks, signals)
      const unwanted = pair?.chosen.find(({ train }) => !train)
      if (unwanted !== undefined) {
        const reason = reasons.get(unwanted.source!) ?? 'not to be trained'
        yield { reject: { at: conversation.traceId, reason: `the chosen answer of a pair is masked: ${reason}` } }
        return
      }
      const off = new Set(
        parts.flat().flatMap(({ role, train, source }) => (role === 'assistant' && !train && source !== null ? [source] : [])),
      )
      const meta = conversation.metas
        .slice(0, lengthOf(conversation.row['messages']))
        .map((one, i) => (off.has(i) ? { ...one, train: false, ...(reasons.has(i) ? { masked: reasons.get(i)! } : {}) } : one))
      yield { row: { ...conversation.row, message_meta: meta } }
    })
  },
  example: { mask: ['flags', 'replay', 'errors'] },
})

function lengthOf(messages: Json | undefined): number {
  return Array.isArray(messages) ? messages.length : 0
}
