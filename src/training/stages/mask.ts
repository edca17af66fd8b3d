import { masked } from '../apply-masks.ts'
import { signalsOf } from '../outcome/signals.ts'
import { defineStage } from '../stage.ts'
import { eachConversation, readingOf, rulesOf } from './read-row.ts'

export const mask = defineStage({
  name: 'mask',
  description:
    'Says in `message_meta` of messages that masks, columns or outcomes say no to that they are not trained (`train`), and why (`masked`)',
  takes: ['mask', 'git'],
  needs: [],
  async open(settings) {
    const { masks, git } = rulesOf(settings)
    return eachConversation(readingOf(settings), function* apply(conversation) {
      const signals = signalsOf(conversation, git)
      const reasons = new Map<number, string>()
      for (const rule of masks) for (const [i, reason] of rule.find(conversation, signals)) if (!reasons.has(i)) reasons.set(i, reason)
      const off = new Set(
        masked(conversation, masks, signals)
          .parts.flat()
          .flatMap(({ role, train, source }) => (role === 'assistant' && !train && source !== null ? [source] : [])),
      )
      const meta = conversation.metas.map((one, i) =>
        off.has(i) ? { ...one, train: false, ...(reasons.has(i) ? { masked: reasons.get(i)! } : {}) } : one,
      )
      yield { row: { ...conversation.row, message_meta: meta } }
    })
  },
  example: { mask: ['flags', 'replay', 'errors'] },
})
