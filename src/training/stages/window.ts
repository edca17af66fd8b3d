import { planExport } from '../export/plan-export.ts'
import { openMeasure } from '../fit/measure.ts'
import { pairInWindow } from '../fit/pair-window.ts'
import { type WindowOptions, windowsOf } from '../fit/window.ts'
import { Mistakes } from '../settings/mistakes.ts'
import { defineStage } from '../stage.ts'
import { exampleOf } from '../view.ts'
import { exampleRow } from './example-row.ts'
import { eachConversation, readingOf } from './read-row.ts'

export const window = defineStage({
  name: 'window',
  description:
    'Cuts rows into windows that keep to a budget in tokens of the model, of pairs the messages before both answers; what fits nowhere is a reject with its tokens',
  takes: ['model', 'chatTemplate', 'maxTokens', 'tools'],
  needs: ['model', 'maxTokens'],
  async open(settings) {
    const mistakes = new Mistakes()
    planExport(settings, mistakes)
    const measure = await mistakes.wait(() => openMeasure(settings))
    mistakes.refuse()
    const { count, conversation: tokens } = measure!
    const options: WindowOptions = { budget: settings.maxTokens!, count, measure: tokens }
    return eachConversation({ ...readingOf(settings), count }, function* cut(conversation) {
      const { pair, parts, account } = conversation
      let isAny = false
      for (const part of parts) {
        const example = exampleOf(conversation, part, { pair })
        for (const one of pair === null ? windowsOf(example, options) : pairInWindow(example, options)) {
          isAny = true
          yield { row: exampleRow(one, conversation) }
        }
      }
      let dropped = [...account.dropped()]
      // A pair goes as one; what holds no answer is told of, too.
      if (!isAny && (pair !== null || dropped.length === 0)) {
        const tokens = dropped.reduce((sum, [, lost]) => sum + lost, 0)
        dropped = [[dropped[0]?.[0] ?? 'does not fit into a window', tokens]]
      }
      for (const [reason, lost] of dropped) yield { reject: { at: conversation.traceId, reason: `${reason}: ${lost} tokens of the model` } }
    })
  },
  example: { model: 'o200k', maxTokens: 4000 },
})
