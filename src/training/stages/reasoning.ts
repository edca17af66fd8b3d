import { TracewrightError } from '../../errors.ts'
import { type ReasoningPolicy, withReasoning } from '../fit/reasoning.ts'
import { defineStage } from '../stage.ts'
import { exampleOf } from '../view.ts'
import { exampleRow } from './example-row.ts'
import { eachConversation, readingOf } from './read-row.ts'

const POLICIES: readonly ReasoningPolicy[] = ['keep', 'last', 'drop', 'inline']

export const reasoning = defineStage({
  name: 'reasoning',
  description: 'Keeps, drops or writes into the text what the model thought',
  takes: ['reasoning'],
  needs: ['reasoning'],
  async open(settings) {
    const policy = POLICIES.find(one => one === settings.reasoning)
    if (policy === undefined)
      throw new TracewrightError('usage', `Unknown reasoning '${settings.reasoning}'`, { hint: `Expected ${POLICIES.join(', ')}` })
    return eachConversation(readingOf(settings), function* apply(conversation) {
      const { pair } = conversation
      for (const part of conversation.parts)
        yield { row: exampleRow(withReasoning(exampleOf(conversation, part, { pair }), policy), conversation) }
    })
  },
  example: { reasoning: 'drop' },
})
