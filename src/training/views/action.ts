import { untrained } from '../conversation/example.ts'
import { defineView, exampleOf } from '../view.ts'

export const action = defineView({
  name: 'action',
  description: 'One row for each response of the model: all before it is context, it alone is trained',
  gives: 'conversations',
  leavesOut: 'not an action',
  *examples(conversation) {
    for (const part of conversation.parts) {
      for (const [i, message] of part.entries())
        if (message.role === 'assistant') yield exampleOf(conversation, [...part.slice(0, i).map(untrained), message])
    }
  },
})
