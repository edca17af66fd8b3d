import type { StoreTypes } from '../../store-type.ts'
import { chatMessage, chatType, toolsText } from '../conversation/chat-form.ts'
import type { Example } from '../conversation/example.ts'
import type { DialectRow } from '../dialect.ts'

/** Columns of a pair. */
export function pairColumns(): StoreTypes {
  return { prompt: chatType(), chosen: chatType(), rejected: chatType(), tools: 'text' }
}

/** A pair as prompt, chosen and rejected: only what was chosen counts as trained. */
export function pairRow(example: Example, isParquet: boolean): DialectRow {
  const { messages, tools, pair } = example
  const [chosen, rejected] = [pair!.chosen, pair!.rejected]
  const write = (list: typeof messages) => list.map(message => chatMessage(message, { arguments: 'object', isParquet }))
  const text = toolsText(tools)
  return {
    row: { prompt: write(messages), chosen: write(chosen), rejected: write(rejected), ...(text === undefined ? {} : { tools: text }) },
    messages: [...messages, ...chosen, ...rejected],
    trained: [...messages.map(() => false), ...chosen.map(() => true), ...rejected.map(() => false)],
  }
}
