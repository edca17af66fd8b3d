import { writeJson } from '../../json/exact.ts'
import { chatMessage, chatType } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

const FUNCTION = { name: 'text', description: 'text', parameters: 'text' } as const

export const verl = defineDialect({
  name: 'verl',
  description: 'verl: multi-turn messages for fine-tuning, which train every answer; prompts with a reward for tasks',
  takes: ['conversations', 'tasks'],
  masks: 'none',
  codecs: ['parquet', 'jsonl'],
  columns: gives =>
    gives === 'tasks'
      ? {
          data_source: 'text',
          prompt: chatType(),
          ability: 'text',
          reward_model: { struct: { style: 'text', ground_truth: 'text' } },
          extra_info: { struct: { trace_id: 'text', reward: 'number', status: 'text' } },
        }
      : { messages: chatType(), tools: { list: { struct: { type: 'text', function: { struct: FUNCTION } } } } },
  rows({ messages, tools, facts, traceId }, { isParquet }) {
    const written = messages.map(message => chatMessage(message, { arguments: 'object', isParquet }))
    if ('status' in facts) {
      const { reward, status } = facts
      const truth = reward === null || reward === undefined ? {} : { ground_truth: String(reward) }
      const row = {
        data_source: 'tracewright',
        prompt: written,
        ability: 'agent',
        reward_model: { style: 'rule', ...truth },
        extra_info: { trace_id: traceId, reward: reward ?? null, status: status! },
      }
      return [{ row, messages, trained: messages.map(() => false) }]
    }
    // It takes a list alone, and reads Parquet without looking into texts: the parameters are JSON text, for a struct would hold those of all tools.
    const list = tools.schemas.map(({ type, function: { name, description = '', parameters = {} } }) => ({
      type,
      function: { name, description, parameters: writeJson(parameters) },
    }))
    return [
      {
        row: { messages: written, tools: list },
        messages,
        trained: messages.map(message => message.role === 'assistant'),
      },
    ]
  },
})
