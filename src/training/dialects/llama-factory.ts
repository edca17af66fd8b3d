import { toolsText } from '../conversation/chat-form.ts'
import { defineDialect } from '../dialect.ts'

export const llamaFactory = defineDialect({
  name: 'llama-factory',
  description:
    'LLaMA-Factory with its `dataset_info.json`: users and the model in turns, calls and reasoning in the text; it trains every answer',
  takes: ['conversations'],
  masks: 'none',
  alternates: true,
  inlinesReasoning: true,
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ messages: { list: { struct: { role: 'text', content: 'text' } } }, system: 'text', tools: 'text' }),
  rows({ messages, tools }) {
    const [first] = messages
    const system = first?.role === 'system' ? first.text : ''
    const said = first?.role === 'system' ? messages.slice(1) : messages
    const row = {
      messages: said.map(message => ({ role: message.role, content: message.text })),
      system,
      tools: toolsText(tools) ?? '',
    }
    return [{ row, messages: said, trained: said.map(message => message.role === 'assistant') }]
  },
  files: splits => ({
    'dataset_info.json': `${JSON.stringify(
      Object.fromEntries(
        splits.map(({ name, files }) => [
          `tracewright_${name}`,
          {
            file_name: files.length === 1 ? files[0]! : 'data',
            formatting: 'sharegpt',
            columns: { messages: 'messages', system: 'system', tools: 'tools' },
            tags: {
              role_tag: 'role',
              content_tag: 'content',
              user_tag: 'user',
              assistant_tag: 'assistant',
              observation_tag: 'tool',
              function_tag: 'function_call',
            },
          },
        ]),
      ),
      null,
      2,
    )}\n`,
  }),
})
