import { decodeText } from '../../disk/decode-text.ts'
import { readBytes } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { systemReason } from '../../system-error.ts'
import { templateForm } from '../conversation/chat-form.ts'
import type { Example, TrainingMessage } from '../conversation/example.ts'
import { ChatTemplate } from '../tokenizer/chat-template.ts'
import { CHATML } from '../tokenizer/chatml.ts'
import { openTokenizer } from '../tokenizer/open-tokenizer.ts'

/** How words and conversations are measured. */
export type Measure = {
  unit: 'tokens' | 'characters'
  template: ChatTemplate | null
  count(text: string): number
  /** Tokens of messages as the model gets them. */
  conversation(messages: readonly TrainingMessage[], example: Pick<Example, 'tools' | 'startedAt'>): number
}

/** Tokens of the model that is named; characters where none is. Throws where model or template cannot be used. */
export async function openMeasure({ model, chatTemplate }: { model?: string; chatTemplate?: string }): Promise<Measure> {
  if (model === undefined) return { unit: 'characters', template: null, count: text => text.length, conversation: () => 0 }
  const tokenizer = await openTokenizer(model)
  const source =
    chatTemplate === undefined ? (tokenizer.template ?? CHATML) : chatTemplate === 'chatml' ? CHATML : readTemplate(chatTemplate)
  const template = new ChatTemplate(source, tokenizer, chatTemplate === undefined ? undefined : `chat template ${chatTemplate}`)
  return {
    unit: 'tokens',
    template,
    count: remembering(text => tokenizer.count(text)),
    conversation: (messages, example) => template.count(templateForm(messages, example)),
  }
}

/** Texts come again in windows and turns of the same row; what is remembered is bounded. */
function remembering(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>()
  let held = 0
  return text => {
    const found = known.get(text)
    if (found !== undefined) return found
    const tokens = count(text)
    held += text.length
    if (held > MOST_HELD) {
      known.clear()
      held = text.length
    }
    known.set(text, tokens)
    return tokens
  }
}

const MOST_HELD = 16_000_000

function readTemplate(path: string): string {
  let bytes: Buffer
  try {
    bytes = readBytes(path)
  } catch (error) {
    throw new TracewrightError('usage', `Cannot read chat template '${path}': ${systemReason(error)}`, { cause: error })
  }
  return decodeText(bytes, 'read chat template', path)
}
