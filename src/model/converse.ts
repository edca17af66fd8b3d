import { type Compat, isVersion057 } from '../compat.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { parseCode } from './code.ts'
import { replyMessage, textOf, traceMessage, withLastUserText } from './messages.ts'
import type { ChatMessage, Model, ModelReply, ModelRequest } from './model.ts'
import { type FailureKind, ModelError } from './model-error.ts'
import { REPLY_HINTS, replyProblem } from './reply-problem.ts'
import { checkStructured, type Parsed, parseStructured, schemaPrompt } from './structured.ts'
import type { ToolBox } from './tools/tool-box.ts'

/** How often a reply that cannot be used is asked for again. */
export type ConverseOptions = {
  /** Times the model is told what is wrong. Default 0. */
  maxConversationCorrectionSteps?: number
  /** Times the conversation starts over. Default 5. */
  maxConversationRestarts?: number
  /** Ends the conversation when it is raised. */
  signal?: AbortSignal
  /** How a shape is asked for. Default 'auto'. */
  structuredOutput?: StructuredOutput
  /** What the model may call before it answers. */
  tools?: ToolBox
  /** Take replies as Data Designer does: as they were written, cut off or not, thoughts and all. Default null. */
  compat?: Compat | null
  /** Whether a structured value's choices may differ in case and space, or be a number as text. Default false. */
  lenientChoices?: boolean
}

/** How a shape is asked for: by the server's own means where it takes them, only so, or always in the prompt. */
export type StructuredOutput = 'auto' | 'native' | 'prompt'

/** A usable reply and how it came about. */
export type Conversation<T> = {
  /** What was made of the reply. */
  value: T
  /** The one the value was read from. */
  reply: ModelReply
  /** What it thought, where that is given; else null. */
  reasoning: string | null
  /** The conversation that ended in it, the reply included. */
  trace: ChatMessage[]
  /** Replies asked for until one could be used. */
  attempts: number
}

/** Ask until a reply can be read. Throws `invalid_reply` with the last reason where none could. */
export async function converse<T>(
  model: Model,
  request: ModelRequest,
  read: (reply: ModelReply) => Parsed<T> | Promise<Parsed<T>>,
  options: ConverseOptions = {},
): Promise<Conversation<T>> {
  const { maxConversationCorrectionSteps: corrections = 0, maxConversationRestarts: restarts = 5, signal, compat = null, tools } = options
  refuseEmpty(request)
  const offered = tools === undefined ? {} : { tools: await tools.tools() }
  let start = request.messages // where a conversation starts over: behind the calls of tools
  let turns = 0
  const attempts = (corrections + 1) * (restarts + 1)
  let messages = request.messages
  let problem = ''
  let failure: FailureKind = 'invalid_reply'
  let made = 0
  for (let attempt = 0; attempt < attempts; attempt++) {
    const restart = Math.floor(attempt / (corrections + 1))
    if (attempt % (corrections + 1) === 0) messages = start
    // A conversation that starts over is the same request; it wants another answer than the one that was kept.
    const draw = restart === 0 ? request.draw : `${request.draw ?? ''}#${restart}`
    let reply: ModelReply
    for (;;) {
      const asked = {
        ...request,
        ...offered,
        messages,
        ...(draw === undefined ? {} : { draw }),
        ...(compat === null ? {} : { isVerbatim: true }),
      }
      const given = await model.generate(asked, signal === undefined ? {} : { signal })
      made++
      reply = compat === null ? given : asWritten(given)
      if (tools === undefined || reply.tool_calls.length === 0 || tools.givesUp(turns + 1)) break
      start = messages = [...messages, toolTurn(reply), ...(await tools.answer(reply.tool_calls, ++turns, signal))]
    }
    const none = compat === null ? replyProblem(reply, request.schema !== undefined) : null
    const parsed: Parsed<T> = none === null ? await read(reply) : { error: none.message }
    messages = [...messages, replyMessage(reply)]
    if ('value' in parsed) {
      const trace = messages.map(traceMessage)
      return { value: parsed.value, reply, reasoning: reply.reasoning, trace, attempts: attempt + 1 }
    }
    problem = parsed.error
    failure = none?.failure ?? 'invalid_reply'
    if (none?.isFinal) break
    messages = [...messages, { role: 'user', content: [{ type: 'text', text: problem }] }]
  }
  const error = new ModelError(
    `Cannot use the reply after ${made} ${made === 1 ? 'attempt' : 'attempts'}: ${problem.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')}`,
    { failure, hint: REPLY_HINTS[failure] ?? 'Ask for less in the prompt or the output format, or use a model that follows them' },
  )
  error.attempts = made
  throw error
}

/** Ask for text; the value is the reply without the space around it. */
export function generateText(model: Model, request: ModelRequest, options?: ConverseOptions): Promise<Conversation<string>> {
  return converse(model, request, readText, options)
}

/** Ask for code; the value is what the last code fence holds. The prompt is the caller's, see `codePrompt`. */
export function generateCode(
  model: Model,
  request: ModelRequest,
  syntax: string,
  options?: ConverseOptions,
): Promise<Conversation<string>> {
  return converse(model, request, reply => parseCode(reply.text, syntax, options?.compat), options)
}

/** Ask for a value in the shape of a JSON Schema; the value is valid, and without keys the schema does not know. */
export function generateStructured(
  model: Model,
  request: ModelRequest,
  schema: JsonObject,
  options: ConverseOptions = {},
): Promise<Conversation<Json>> {
  const { structuredOutput = 'auto', compat = null } = options
  const lenientChoices = options.lenientChoices === true && !isVersion057(compat)
  const name = typeof schema['title'] === 'string' ? schema['title'].replace(/[^\w-]/g, '_').slice(0, 64) : 'response'
  const read = (reply: ModelReply) =>
    reply.value === undefined
      ? parseStructured(reply.text, schema, { cut: compat === null && reply.finish_reason === 'length', lenientChoices, compat })
      : checkStructured(reply.value, schema, { lenientChoices, compat })
  if (structuredOutput === 'prompt') {
    const messages = withLastUserText(request.messages, text => schemaPrompt(text, schema))
    return converse(model, { ...request, messages }, read, options)
  }
  return converse(model, { ...request, schema: { name, schema, ...(lenientChoices ? { lenientChoices } : {}) } }, read, options)
}

/** A reply that calls tools, as a message: one that says nothing else has an empty text. */
function toolTurn(reply: ModelReply): ChatMessage {
  const reasoning = reply.reasoning?.trim() || null
  const message = replyMessage({ ...reply, reasoning, text: reasoning === null ? reply.text : reply.text.trim() })
  return { ...message, content: reply.text === '' ? [{ type: 'text', text: '' }] : message.content }
}

/** A reply before thoughts were taken out of its text. */
function asWritten(reply: ModelReply): ModelReply {
  const { written, ...rest } = reply
  return { ...rest, text: (written ?? reply.text).trim(), ...(written === undefined ? {} : { reasoning: reply.given_reasoning ?? null }) }
}

function readText(reply: ModelReply): Parsed<string> {
  return { value: reply.text.trim() }
}

/** There is nothing to answer where nothing was asked. */
function refuseEmpty({ messages }: ModelRequest): void {
  const asked = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const shows = Array.isArray(asked) && asked.some(block => block['type'] !== 'text')
  if (shows || textOf(asked).trim() !== '') return
  throw new ModelError('Cannot ask a model: found a prompt without a word, expected a question', {
    failure: 'empty_prompt',
    hint: 'Look at the columns the prompt reads: they are empty in this row',
  })
}

/** What a column keeps of a conversation. */
export type TraceKind = 'none' | 'last_message' | 'all_messages'

/** The trace of a conversation as a column keeps it; null for none. */
export function keepTrace(kind: TraceKind, trace: ChatMessage[]): ChatMessage[] | null {
  return kind === 'none' ? null : kind === 'last_message' ? trace.slice(-1) : trace
}
