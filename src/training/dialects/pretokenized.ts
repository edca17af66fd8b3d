import { TracewrightError } from '../../errors.ts'
import { chatMessage, templateForm } from '../chat-form.ts'
import { defineDialect } from '../dialect.ts'

/** What trainers pass over. */
const IGNORED = -100

export const pretokenized = defineDialect({
  name: 'pretokenized',
  description: 'Token ids and labels, made with the model’s own template and tokenizer: the exact mask for any trainer',
  takes: ['conversations'],
  masks: 'message',
  needsModel: true,
  codecs: ['parquet', 'jsonl'],
  columns: () => ({ input_ids: { list: 'integer' }, labels: { list: 'integer' } }),
  rows(example, { template }) {
    const { messages } = example
    const { ids, spans } = template!.tokenize(templateForm(messages, example))
    const answers = messages.filter(message => message.role === 'assistant')
    if (spans.length !== answers.length)
      throw new TracewrightError('template', `The chat template marks ${spans.length} answers of ${answers.length}`)
    const labels = ids.map(() => IGNORED)
    for (const [i, { start, end }] of spans.entries()) if (answers[i]!.train) for (let at = start; at < end; at++) labels[at] = ids[at]!
    return [{ row: { input_ids: ids, labels }, messages, trained: messages.map(message => message.train) }]
  },
})

/** The messages behind a row of tokens, as the manifest keeps them. */
export function messagesBehind(messages: Parameters<typeof chatMessage>[0][]): ReturnType<typeof chatMessage>[] {
  return messages.map(message => chatMessage(message, { arguments: 'object', isParquet: false }))
}
