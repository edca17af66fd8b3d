import { signalsOf } from '../outcome/signals.ts'
import { defineStage } from '../stage.ts'
import { eachConversation, readingOf, rulesOf } from './read-row.ts'

export const filter = defineStage({
  name: 'filter',
  description: 'Keeps rows by filters, columns and outcomes',
  takes: ['filter', 'git'],
  needs: ['filter'],
  async open(settings) {
    const { filter: against, git } = rulesOf(settings)
    return eachConversation(readingOf(settings), function* keep(conversation) {
      const reason = against?.(conversation, signalsOf(conversation, git)) ?? null
      yield reason === null ? { row: conversation.row } : { reject: { at: conversation.traceId, reason } }
    })
  },
  example: { filter: ['answers:1-'] },
})
