import { untrained } from '../conversation/example.ts'
import { defineView, exampleOf } from '../view.ts'

export const turn = defineView({
  name: 'turn',
  description: 'One row for each message of a person: what came before is context, what the model did then is trained',
  gives: 'conversations',
  leavesOut: 'not in a turn',
  *examples(conversation) {
    for (const part of conversation.parts) {
      // Several messages of a person in a row are one turn; answers before the first belong to it.
      const starts = part.flatMap((message, i) => (message.role === 'user' && part[i - 1]?.role !== 'user' ? [i] : []))
      const firstAnswer = part.findIndex(message => message.role === 'assistant')
      if (starts.length === 0 || (firstAnswer >= 0 && firstAnswer < starts[0]!)) starts.unshift(0)
      for (const [n, start] of starts.entries()) {
        const end = starts[n + 1] ?? part.length
        if (part.slice(start, end).some(message => message.role === 'assistant'))
          yield exampleOf(conversation, [...part.slice(0, start).map(untrained), ...part.slice(start, end)])
      }
    }
  },
})
