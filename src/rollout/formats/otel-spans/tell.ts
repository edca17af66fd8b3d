import { type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { resultBlocks } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Told } from './conversations.ts'
import type { Span } from './entry.ts'

/** Put one message of a call into the dialogue. */
export function tell(dialogue: ChatDialogue, { said, span, isAnswer, isReplay, isCut }: Told, answered: Set<string>): void {
  if (isCut) dialogue.cut('compaction')
  const facts: MessageFacts = { timestamp: isAnswer ? span.ended : span.started, ...(isReplay ? { replay: true, train: false } : {}) }
  for (const part of said.parts) if (part.is === 'result' && part.id !== null) answered.add(part.id)
  if (said.role === 'system')
    dialogue.instruct(
      said.parts.flatMap(part => (part.is === 'block' ? [part.block] : [])),
      span.place,
      facts,
    )
  else if (said.role === 'assistant')
    // What an earlier call answered, and no span has, is the model's too.
    dialogue.respond(said.parts, span.place, isAnswer ? { ...facts, ...answerFacts(span, said.finish) } : facts)
  else {
    const results = said.parts.filter(part => part.is === 'result')
    if (said.role === 'tool' && results.length === 0)
      dialogue.answer(
        { id: null, content: said.parts.flatMap(part => (part.is === 'block' ? [part.block] : [])), isError: null },
        span.place,
        facts,
      )
    else dialogue.hear(said.parts, span.place, facts)
  }
}

function answerFacts({ attributes, error }: Span, finish: string | null): MessageFacts {
  const reasons = attributes['gen_ai.response.finish_reasons']
  const usage = usageOf(attributes)
  return {
    id: stringOrNull(attributes['gen_ai.response.id']),
    model: stringOrNull(attributes['gen_ai.response.model']) ?? stringOrNull(attributes['gen_ai.request.model']),
    stop_reason: finish ?? (Array.isArray(reasons) ? stringOrNull(reasons[0]) : null),
    ...(usage === null ? {} : { usage }),
    // What broke off is kept, and not learnt from.
    ...(error === null ? {} : { train: false }),
  }
}

function usageOf(attributes: JsonObject): Usage | null {
  const count = (...keys: string[]) =>
    keys.map(key => numberOrNull(attributes[`gen_ai.usage.${key}`])).find(found => found !== null) ?? null
  const [input, output] = [count('input_tokens', 'prompt_tokens'), count('output_tokens', 'completion_tokens')]
  if (input === null && output === null) return null
  return {
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: count('cache_read.input_tokens', 'cache_read_input_tokens', 'cached_tokens'),
    cache_write_tokens: count('cache_creation.input_tokens', 'cache_creation_input_tokens'),
    reasoning_tokens: count('reasoning_tokens', 'reasoning.output_tokens'),
    cost_usd: null,
  }
}

/** A result that no call of a model was given, told by the tool's own span. */
export function answerBy(dialogue: ChatDialogue, { attributes, place, ended, error }: Span, answered: ReadonlySet<string>): void {
  const id = stringOrNull(attributes['gen_ai.tool.call.id'])
  const result = attributes['gen_ai.tool.call.result']
  if (id === null || answered.has(id) || result === undefined || dialogue.idOf(id) === null) return
  dialogue.answer({ id, content: resultBlocks(result), isError: error === null ? null : true }, place, { timestamp: ended })
}
