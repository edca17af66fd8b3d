import { chatType } from '../chat-form.ts'
import { defineDialect } from '../dialect.ts'
import { pairRow } from '../pair-form.ts'

export const trlKto = defineDialect({
  name: 'trl-kto',
  description: 'TRL’s KTOTrainer: of each pair a row with label true and one with label false',
  takes: ['pairs'],
  masks: 'message',
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ prompt: chatType(), completion: chatType(), label: 'boolean', tools: 'text' }),
  rows(example, { isParquet }) {
    const { row } = pairRow(example, isParquet)
    const tools = row['tools'] === undefined ? {} : { tools: row['tools'] }
    return (['chosen', 'rejected'] as const).map(side => {
      const answer = example.pair![side]
      const isGood = side === 'chosen'
      return {
        row: { prompt: row['prompt']!, completion: row[side]!, label: isGood, ...tools },
        messages: [...example.messages, ...answer],
        trained: [...example.messages.map(() => false), ...answer.map(() => isGood)],
      }
    })
  },
})
