import { TracewrightError } from '../../errors.ts'
import { compileTemplate, type RenderOptions, type Template, TemplateError } from '../../template/template.ts'
import type { Encoding, Tokenizer } from './tokenizer.ts'

/** A conversation as templates take it: messages and tools are plain values, arguments objects or text. `now`: the day that a template tells, in local time; default: today. */
export type Conversation = { messages: readonly object[]; tools: readonly object[] | null; now?: Date }

/** Ids of a conversation's tokens, and where each begins and ends in its text; `mask` is 1 for those the model wrote. */
export type MaskedTokens = {
  ids: number[]
  mask: (0 | 1)[]
  spans: { start: number; end: number }[]
  text: string
  starts: number[]
  ends: number[]
}

/** A model's chat template with its tokenizer: what a conversation becomes, to the token. */
export class ChatTemplate {
  readonly tokenizer: Tokenizer
  /** Whether the template says itself what the model wrote. */
  readonly marksAnswers: boolean
  private readonly template: Template

  /** Throws where the template does not compile. */
  constructor(source: string, tokenizer: Tokenizer, name = `chat template of ${tokenizer.name}`) {
    this.tokenizer = tokenizer
    this.marksAnswers = /\{%[-+]?\s*generation\s*[-+]?%\}/.test(source)
    try {
      this.template = compileTemplate(source, { profile: 'chat', name })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      throw new TracewrightError('template', `Cannot use it: ${error.message}`, { where: error.where ?? name, cause: error })
    }
  }

  /** The text of a conversation. Throws TemplateError where the template refuses it. */
  render(conversation: Conversation, more: { [name: string]: unknown } = {}): string {
    return this.template.render(this.context(conversation, more), optionsFor(conversation))
  }

  /** Number of tokens of a conversation as the model gets it. */
  count(conversation: Conversation): number {
    return this.tokenizer.count(this.render(conversation))
  }

  /** Throws where tokens of the model's cannot be told from others, whatever the conversation is. */
  refuseMasks(): void {
    if (!this.marksAnswers)
      throw new TracewrightError('template', `Cannot tell what the model wrote: the ${this.template.name} has no {% generation %}`, {
        hint: 'Name a template that has it with --chat-template, or chatml for the one that comes with tracewright',
      })
    this.tokenizer.encode('a')
  }

  /** Tokens of a conversation, and which of them the model wrote. A token is the model's if it overlaps what the template marks. */
  tokenize(conversation: Conversation): MaskedTokens {
    if (!this.marksAnswers) this.refuseMasks()
    const { text, generations } = this.template.renderChat(this.context(conversation, {}), optionsFor(conversation))
    const encoding = this.tokenizer.encode(text)
    return { ...encoding, text, ...maskOf(encoding, generations) }
  }

  private context({ messages, tools }: Conversation, more: { [name: string]: unknown }): { [name: string]: unknown } {
    const { special } = this.tokenizer
    const given = Object.fromEntries(Object.entries(special).filter(([, token]) => token !== null))
    return { messages: messages.map(normalized), tools, documents: null, add_generation_prompt: false, ...given, ...more }
  }
}

/** Sessions are long: what ends a template that runs wild has to lie above what they need. */
const LARGE = { limits: { steps: 200_000_000, output: 500_000_000 } } as const

function optionsFor({ now }: Conversation): RenderOptions {
  return now === undefined ? LARGE : { ...LARGE, now }
}

/** What is null is not there, and reasoning goes by several names: transformers hands messages to templates so. */
function normalized(message: object): object {
  const said: { [key: string]: unknown } = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null))
  const reasoning = said['reasoning_content'] ?? said['thinking'] ?? said['reasoning']
  return reasoning === undefined ? said : { thinking: reasoning, ...said, reasoning_content: reasoning }
}

/** Spans are tokens from `start` up to `end`, one for each answer, in their order. */
function maskOf(
  { ids, starts, ends }: Encoding,
  generations: readonly (readonly [start: number, end: number])[],
): Pick<MaskedTokens, 'mask' | 'spans'> {
  const mask: (0 | 1)[] = ids.map(() => 0)
  const spans: { start: number; end: number }[] = []
  let from = 0
  for (const [start, end] of generations) {
    while (from > 0 && ends[from - 1]! > start) from--
    while (from < ids.length && ends[from]! <= start) from++
    let to = from
    for (; to < ids.length && starts[to]! < end; to++) if (ends[to]! > start) mask[to] = 1
    spans.push({ start: from, end: to })
  }
  return { mask, spans }
}
