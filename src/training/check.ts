import { templateForm } from './chat-form.ts'
import type { Example, TrainingMessage } from './example.ts'
import type { ExportOptions } from './export-options.ts'
import { openMeasure } from './measure.ts'
import { Mistakes } from './mistakes.ts'
import type { ChatTemplate } from './tokenizer/chat-template.ts'

/** Templates that rows are tried with, and what tells their findings apart: nothing before those of the model that is exported for. */
export async function templatesToTry(
  { check, checkModels = [] }: ExportOptions,
  own: ChatTemplate | null,
): Promise<{ before: string; template: ChatTemplate }[]> {
  const tried = check && own !== null ? [{ before: '', template: own }] : []
  const mistakes = new Mistakes()
  for (const model of checkModels) {
    const measure = await mistakes.wait(() => openMeasure({ model }))
    if (measure !== undefined) tried.push({ before: `${model}: `, template: measure.template! })
  }
  mistakes.refuse()
  return tried
}

/** What a chat template does to an example that nobody would see: one finding for each kind. */
export function findingsOf(example: Example, messages: readonly TrainingMessage[], template: ChatTemplate): string[] {
  let text: string
  try {
    text = template.render(templateForm(messages, example))
  } catch (error) {
    return [`rows the template refuses: ${String((error as Error).message).slice(0, 120)}`]
  }
  const found = new Set<string>()
  for (const message of messages) {
    const words = message.text.trim()
    if (words !== '' && !text.includes(words)) found.add(`rows that lose text of the ${message.role}`)
    if (message.reasoning !== null && !text.includes(message.reasoning.trim())) found.add('rows that lose reasoning')
    for (const call of message.calls) if (!text.includes(call.name)) found.add('rows that lose calls')
    if (CONTROL.test(message.text)) found.add('rows with control tokens in their text')
  }
  if (text.includes("[{'type': 'text'")) found.add('rows that print content as a list')
  const { eos_token: end } = template.tokenizer.special
  if (messages.at(-1)?.role === 'assistant' && end != null && !text.trimEnd().endsWith(end))
    found.add('rows that do not end on the end of a turn')
  return [...found]
}

/** What models are steered with. Standing in words, it would steer them, too. */
const CONTROL =
  /<\|(?:im_start|im_end|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|start|end|channel|message)\|>|\[\/?INST\]|<(?:start|end)_of_turn>/
