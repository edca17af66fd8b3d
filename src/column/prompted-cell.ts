import type { Json } from '../json/json.ts'
import { type Conversation, keepTrace } from '../model/converse.ts'
import type { Row } from '../row.ts'
import type { Prompt } from './prompt.ts'

/** What a model answered, put into the columns a prompted cell makes: its own, the trace, the reasoning. */
export function promptedCells(name: string, prompt: Prompt, { value, trace, reasoning }: Conversation<Json>): Row {
  const cells: Row = { [name]: value }
  const kept = keepTrace(prompt.withTrace, trace)
  if (kept !== null) cells[`${name}__trace`] = kept as unknown as Json
  if (prompt.extractReasoningContent) cells[`${name}__reasoning_content`] = reasoning?.trim() || null
  return cells
}
