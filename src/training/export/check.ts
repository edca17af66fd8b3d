import { templateForm } from '../conversation/chat-form.ts'
import type { Example, TrainingMessage } from '../conversation/example.ts'
import { openMeasure } from '../fit/measure.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { Mistakes } from '../settings/mistakes.ts'
import type { ChatTemplate } from '../tokenizer/chat-template.ts'

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

/**
 * What a chat template does to an example that nobody would see: one finding for each kind. It is rendered as it is, and once more with a
 * mark in every text, thought, call and argument: what stands elsewhere in the row, too, is not taken for what was lost.
 */
export function findingsOf(example: Example, messages: readonly TrainingMessage[], template: ChatTemplate): string[] {
  let text: string
  try {
    text = template.render(templateForm(messages, example))
  } catch (error) {
    return [`rows the template refuses: ${String((error as Error).message).slice(0, 120)}`]
  }
  const found = new Set<string>()
  const marks = marksIn(example, messages, template)
  const isLost = (words: string, mark: string) => words !== '' && (!text.includes(words) || marks?.includes(mark) === false)
  for (const [i, message] of messages.entries()) {
    if (isLost(message.text.trim(), mark(i, 'text'))) found.add(`rows that lose text of the ${message.role}`)
    if (isLost(message.reasoning?.trim() ?? '', mark(i, 'thought'))) found.add('rows that lose reasoning')
    for (const [j, call] of message.calls.entries()) {
      if (isLost(call.name, mark(i, 'call', j))) found.add('rows that lose calls')
      if (marks?.includes(mark(i, 'argument', j)) === false) found.add('rows that lose arguments of calls')
    }
    if (CONTROL.test(message.text)) found.add('rows with control tokens in their text')
  }
  if (text.includes("[{'type': 'text'")) found.add('rows that print content as a list')
  const { eos_token: end } = template.tokenizer.special
  if (messages.at(-1)?.role === 'assistant' && end != null && !text.trimEnd().endsWith(end))
    found.add('rows that do not end on the end of a turn')
  return [...found]
}

/** A word that stands nowhere else, and that no escaping changes. */
function mark(message: number, what: 'text' | 'thought' | 'call' | 'argument', call = 0): string {
  return `zq${message}${what}${call}qz`
}

/** The example as the template renders it with a mark in all it holds; null where it refuses that. */
function marksIn(example: Example, messages: readonly TrainingMessage[], template: ChatTemplate): string | null {
  const marked = messages.map((message, i) => ({
    ...message,
    text: message.text.trim() === '' ? message.text : `${message.text.trimEnd()} ${mark(i, 'text')}`,
    reasoning: message.reasoning === null ? null : `${message.reasoning.trimEnd()} ${mark(i, 'thought')}`,
    calls: message.calls.map((call, j) => ({
      ...call,
      name: `${call.name}_${mark(i, 'call', j)}`,
      arguments: `{"marked":"${mark(i, 'argument', j)}"}`,
    })),
  }))
  try {
    return template.render(templateForm(marked, example))
  } catch {
    return null
  }
}

/** What models are steered with. Standing in words, it would steer them, too. */
const CONTROL =
  /<\|(?:im_start|im_end|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|start|end|channel|message)\|>|\[\/?INST\]|<(?:start|end)_of_turn>/
