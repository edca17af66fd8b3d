import { TracewrightError } from '../../errors.ts'
import { chatMessage, templateForm } from '../conversation/chat-form.ts'
import { defineDialect, type TextPiece } from '../dialect.ts'
import type { MaskedTokens } from '../tokenizer/chat-template.ts'

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
    const tokens = template!.tokenize(templateForm(messages, example))
    const { ids, spans } = tokens
    const answers = messages.filter(message => message.role === 'assistant')
    if (spans.length !== answers.length)
      throw new TracewrightError('template', `The chat template marks ${spans.length} answers of ${answers.length}`)
    const labels = ids.map(() => IGNORED)
    for (const [i, { start, end }] of spans.entries()) if (answers[i]!.train) for (let at = start; at < end; at++) labels[at] = ids[at]!
    return [
      { row: { input_ids: ids, labels }, messages, trained: messages.map(message => message.train), pieces: piecesOf(tokens, labels) },
    ]
  },
})

/** The text of tokens, cut where training begins and ends. What belongs to no token is not trained. */
function piecesOf({ text, starts, ends }: Pick<MaskedTokens, 'text' | 'starts' | 'ends'>, labels: readonly number[]): TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  const cut = (to: number, trained: boolean) => {
    if (to > from) pieces.push({ trained, text: text.slice(from, to) })
    from = Math.max(from, to) // a character of several tokens belongs to the first of them
  }
  for (const [at, label] of labels.entries()) {
    if (label === IGNORED || (at > 0 && labels[at - 1] !== IGNORED)) continue // only where training begins
    cut(starts[at]!, false)
    let last = at
    while (last + 1 < labels.length && labels[last + 1] !== IGNORED) last++
    cut(ends[last]!, true)
  }
  cut(text.length, false)
  return pieces
}

/** The messages behind a row of tokens, as the manifest keeps them. */
export function messagesBehind(messages: Parameters<typeof chatMessage>[0][]): ReturnType<typeof chatMessage>[] {
  return messages.map(message => chatMessage(message, { arguments: 'object', isParquet: false }))
}
