import { isObject, type JsonObject } from '../../json/json.ts'
import { defineView, exampleOf } from '../view.ts'

export const task = defineView({
  name: 'task',
  description: 'What the model was first asked and how the session ended, for reinforcement learning and evaluation; no answer is in it',
  gives: 'tasks',
  leavesOut: 'answers are not part of a task',
  *examples(conversation) {
    const [part] = conversation.parts
    const answer = part?.findIndex(message => message.role === 'assistant') ?? -1
    const prompt = part?.slice(0, answer < 0 ? part.length : answer) ?? []
    if (!prompt.some(message => message.role === 'user')) return
    const outcome: JsonObject = isObject(conversation.row['outcome']) ? conversation.row['outcome'] : {}
    const facts = { reward: outcome['reward'] ?? null, status: outcome['status'] ?? 'unknown', detail: outcome['detail'] ?? null }
    yield exampleOf(conversation, prompt, { facts })
  },
})
