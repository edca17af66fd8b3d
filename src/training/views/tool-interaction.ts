import { defineView, exampleOf } from '../view.ts'

export const toolInteraction = defineView({
  name: 'tool-interaction',
  description: 'One row for each response with calls: the request it serves, the calls, their results',
  gives: 'conversations',
  endsOnResults: true,
  leavesOut: 'no tool interaction',
  *examples(conversation) {
    for (const part of conversation.parts) {
      const system = part[0]?.role === 'system' ? [part[0]] : []
      for (const [i, message] of part.entries()) {
        if (message.calls.length === 0) continue
        const request = part.slice(0, i).findLast(earlier => earlier.role === 'user')
        let end = i + 1
        while (part[end]?.role === 'tool') end++
        yield exampleOf(conversation, [...system, ...(request === undefined ? [] : [request]), ...part.slice(i, end)])
      }
    }
  },
})
