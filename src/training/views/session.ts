import { defineView, exampleOf } from '../view.ts'

export const session = defineView({
  name: 'session',
  description: 'A session, cut only where the model lost its context; every answer is trained',
  gives: 'conversations',
  leavesOut: 'not in a conversation',
  *examples(conversation) {
    for (const part of conversation.parts) yield exampleOf(conversation, part)
  },
})
