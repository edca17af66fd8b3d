import { TracewrightError } from '../../errors.ts'
import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import type { Example } from '../conversation/example.ts'
import { type DialectRow, defineDialect } from '../dialect.ts'
import { ENOUGH } from '../outcome/condition.ts'
import { pairRow } from './pair-form.ts'

export const trlKto = defineDialect({
  name: 'trl-kto',
  description:
    'TRL’s KTOTrainer: of each pair a row with label true and one with label false; of another view a row for each answer, labelled by the reward of its session: true from 0.5 on',
  takes: ['pairs', 'conversations'],
  masks: 'last',
  codecs: ['jsonl', 'parquet'],
  columns: () => ({ prompt: chatType(), completion: chatType(), label: 'boolean', tools: 'text' }),
  rows: (example, { isParquet }) => (example.pair === null ? [labelled(example, isParquet)] : ofPair(example, isParquet)),
})

function ofPair(example: Example, isParquet: boolean): DialectRow[] {
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
}

/** The last answer of an example, good or bad as the outcome of its session is. */
function labelled({ messages, tools, facts }: Example, isParquet: boolean): DialectRow {
  const { reward } = facts
  if (typeof reward !== 'number')
    throw new TracewrightError('column', 'Nothing says whether the answer is good: the session has no reward', {
      hint: 'Name the outcomes or columns that say it: --reward tests_passed,survival (reward)',
    })
  const label = reward >= ENOUGH
  const write = (list: typeof messages) => list.map(message => chatMessage(message, { arguments: 'object', isParquet }))
  const text = toolsText(tools)
  return {
    row: {
      prompt: write(messages.slice(0, -1)),
      completion: write(messages.slice(-1)),
      label,
      ...(text === undefined ? {} : { tools: text }),
    },
    messages,
    trained: messages.map((_, i) => label && i === messages.length - 1),
    ...(label ? {} : { unlearnt: 'answer with label false' }),
  }
}
