import { exampleRow } from '../example-row.ts'
import { openMeasure } from '../measure.ts'
import { Mistakes } from '../mistakes.ts'
import { planExport } from '../plan-export.ts'
import { defineStage } from '../stage.ts'
import { exampleOf } from '../view.ts'
import { type WindowOptions, windowsOf } from '../window.ts'
import { eachConversation, readingOf } from './read-row.ts'

export const window = defineStage({
  name: 'window',
  description: 'Cuts rows into windows that keep to a budget in tokens of the model; what fits nowhere is a reject with its tokens',
  takes: ['model', 'chatTemplate', 'maxTokens', 'tools'],
  needs: ['model', 'maxTokens'],
  async open(settings) {
    const mistakes = new Mistakes()
    planExport(settings, mistakes)
    const measure = await mistakes.wait(() => openMeasure(settings))
    mistakes.refuse()
    const { count, conversation: tokens } = measure!
    const options: WindowOptions = { budget: settings.maxTokens!, count, measure: (messages, tools) => tokens(messages, { tools }) }
    return eachConversation({ ...readingOf(settings), count }, function* cut(conversation) {
      for (const part of conversation.parts) {
        const windows = windowsOf(exampleOf(conversation, part), options)
        for (const one of windows) yield { row: exampleRow(one, conversation) }
      }
      for (const [reason, lost] of conversation.account.dropped())
        yield { reject: { at: conversation.traceId, reason: `${reason}: ${lost} tokens of the model` } }
    })
  },
  example: { model: 'o200k', maxTokens: 4000 },
})
