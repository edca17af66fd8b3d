import { TracewrightError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { NO_OTHERS } from '../answers/other-answers.ts'
import { signalsOf } from '../outcome/signals.ts'
import { defineStage } from '../stage.ts'
import type { View } from '../view.ts'
import * as views from '../views.ts'
import { exampleRow } from './example-row.ts'
import { eachConversation, readingOf, rulesOf } from './read-row.ts'

export const view = defineStage({
  name: 'view',
  description:
    'Makes of each session the rows of a view; pairs have `chosen`, `rejected` and `evidence` beside their messages, of one session alone',
  takes: ['view', 'tools', 'reward', 'git'],
  needs: ['view'],
  async open(settings) {
    const all: readonly View[] = Object.values(views)
    const found = all.find(one => one.name === settings.view)
    const names = all.map(one => one.name)
    if (found === undefined)
      throw new TracewrightError('usage', `Unknown view '${settings.view}'`, {
        hint: didYouMean(String(settings.view), names, `Expected ${names.join(', ')}`),
      })
    const { reward, git } = rulesOf(settings)
    return eachConversation(readingOf(settings), function* make(conversation) {
      const gained = reward(conversation.row, signalsOf(conversation, git))
      let isAny = false
      for (const example of found.examples(conversation, NO_OTHERS)) {
        isAny = true
        yield { row: exampleRow({ ...example, facts: { ...example.facts, reward: gained } }, conversation) }
      }
      if (!isAny) yield { reject: { at: conversation.traceId, reason: found.leavesOut } }
    })
  },
  example: { view: 'turn' },
})
