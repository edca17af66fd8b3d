import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'
import { pairColumns, pairRow } from './pair-form.ts'

export const hf = defineDialect({
  name: 'hf',
  description: 'Hugging Face `datasets`: messages with arguments as values, tools as JSON text, `train` by message; tasks and pairs, too',
  takes: ['conversations', 'pairs', 'tasks', 'trajectories'],
  masks: 'message',
  codecs: ['jsonl', 'parquet'],
  columns: gives => {
    const also = { tools: 'text', trace_id: 'text' } as const
    if (gives === 'pairs') return { ...pairColumns(), evidence: 'text', trace_id: 'text' }
    if (gives === 'tasks') return { prompt: chatType(), ...also, reward: 'number', status: 'text' }
    return { messages: chatType('train'), ...also }
  },
  rows(example, { isParquet }) {
    const { messages, tools, traceId, pair, facts } = example
    const also = { tools: toolsText(tools), trace_id: traceId } as { tools: string; trace_id: string }
    const options = { arguments: 'object', isParquet } as const
    if (pair !== null) {
      const made = pairRow(example, isParquet)
      return [{ ...made, row: { ...made.row, evidence: pair.evidence, trace_id: traceId } }]
    }
    if ('status' in facts) {
      const row = {
        prompt: messages.map(message => chatMessage(message, options)),
        ...also,
        reward: facts['reward']!,
        status: facts['status']!,
      }
      return [{ row, messages, trained: messages.map(() => false) }]
    }
    const row = { messages: messages.map(message => chatMessage(message, { ...options, flag: 'train' })), ...also }
    return [{ row, messages, trained: messages.map(message => message.train) }]
  },
})
