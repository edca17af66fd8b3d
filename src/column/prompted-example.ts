import type { JsonObject } from '../json/json.ts'
import type { ColumnExample } from './column.ts'

/** The example of a column that asks a model: a prompt over two columns, and all that can be said beside one. */
export function promptedExample(name: string, needs: JsonObject, more: JsonObject = {}): ColumnExample {
  return {
    name,
    needs: { model_alias: 'writer', prompt: 'Tell in one sentence what was asked: {{ messages[0].content }}', ...needs },
    more: { system_prompt: 'You know the project {{ project }}.', with_trace: 'all_messages', extract_reasoning_content: true, ...more },
    row: {
      messages: [{ role: 'user', content: 'Mend the kite' }],
      project: 'kites',
      picture: 'https://example.com/kite.png',
    },
    reads: ['messages', 'project'],
    adds: [`${name}__trace`, `${name}__reasoning_content`],
    models: ['writer'],
  }
}
