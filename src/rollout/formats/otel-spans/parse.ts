import { type Json, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { resultBlocks } from '../../conversation/parts.ts'
import type { RolloutRow, Usage } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Chain, chainsOf, kindOf } from './chains.ts'
import { readSpans } from './read-spans.ts'
import type { Span } from './span.ts'
import { type Thread, type Told, threadsOf } from './threads.ts'

/** Turn a file of spans into rows: one for each agent, and one for each further conversation that it had with a model. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const spans = await readSpans(job, file)
  for (const span of spans) {
    const kind = kindOf(span)
    job.ledger.settle(
      span.place,
      kind === null ? 'noise' : 'metadata',
      kind === null ? 'no call of a model, a tool or an agent' : `${kind} span`,
    )
  }
  for (const chain of chainsOf(spans)) {
    const threads = threadsOf(chain.calls).filter(({ told }) => told.length > 0)
    const [main = null, ...others] = threads.toSorted((a, b) => b.told.length - a.told.length)
    if (main === null) {
      yield {
        reject: {
          at: file,
          reason: `No messages in the spans of '${chain.id}': content is recorded only where it is asked for`,
          skipped: true,
        },
      }
      continue
    }
    yield { row: rowOf(job, file, chain, main, null) }
    for (const [n, thread] of others.entries()) yield { row: rowOf(job, file, chain, thread, n + 2) }
  }
}

/** `n`: of a further conversation of an agent, which it had on the side. */
function rowOf(job: ParseJob, file: string, chain: Chain, thread: Thread, n: number | null): RolloutRow {
  const dialogue = new ChatDialogue(job.ledger, file, chain.parent === null && n === null ? 'human' : 'agent')
  const told = job.options.context === 'as_sent' ? sent(thread) : thread.told
  const answered = new Set<string>()
  for (const one of told) tell(dialogue, one, answered)
  for (const tool of n === null ? chain.tools : []) answerBy(dialogue, tool, answered)
  const said = dialogue.finish()
  const [last] = thread.told.slice(-1)
  const spans = [...new Set(thread.told.map(({ span }) => span)), ...(n === null ? chain.tools : [])]
  const id = n === null ? chain.id : `${chain.id}#${n}`
  const parent = n === null ? (chain.parent?.id ?? null) : chain.id
  const tools = toolsOf(chain.calls)
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'otel_spans',
      source_path: job.source.absolute(file),
      root_session_id: chain.session,
      agent_id: parent === null ? null : (stringOrNull(chain.agent?.attributes['gen_ai.agent.id']) ?? id),
      is_sidechain: parent !== null,
      parent_trace_id: parent,
      relation: parent === null ? null : 'subagent',
      spawn_tool_call_id: n === null ? chain.spawnCallId : null,
      timestamps: spans.flatMap(({ started, ended }) => [started, ended].filter(time => time !== null)),
      source_meta: metaOf(chain),
      ...(tools.length === 0 ? {} : { tools: { status: 'recorded' as const, schemas: tools } }),
      outcome: outcomeOfEnd(said, { error: last?.span.error ? { message: last.span.error } : null }),
      diagnostics: thread.isCutOff ? [{ code: 'truncated_attribute', at: file, detail: { trace_id: id } }] : [],
    },
    said,
  )
}

/** What the model was given at the end: from the last place where what it had was replaced. */
function sent({ told }: Thread): Told[] {
  return told.slice(
    Math.max(
      0,
      told.findLastIndex(({ isCut }) => isCut),
    ),
  )
}

function tell(dialogue: ChatDialogue, { said, span, isAnswer, isReplay, isCut }: Told, answered: Set<string>): void {
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
function answerBy(dialogue: ChatDialogue, { attributes, place, ended, error }: Span, answered: ReadonlySet<string>): void {
  const id = stringOrNull(attributes['gen_ai.tool.call.id'])
  const result = attributes['gen_ai.tool.call.result']
  if (id === null || answered.has(id) || result === undefined || dialogue.idOf(id) === null) return
  dialogue.answer({ id, content: resultBlocks(result), isError: error === null ? null : true }, place, { timestamp: ended })
}

function toolsOf(calls: readonly Span[]) {
  const listed = calls.findLast(({ attributes }) => attributes['gen_ai.tool.definitions'] !== undefined)?.attributes[
    'gen_ai.tool.definitions'
  ]
  return toolSchemas(typeof listed === 'string' ? (parseJson(listed) ?? null) : listed)
}

function metaOf({ agent, calls }: Chain): JsonObject {
  const { attributes, resource, traceId } = agent ?? calls[0]!
  const named: { [key: string]: Json | undefined } = {
    otel_trace_id: traceId,
    service: resource['service.name'],
    service_version: resource['service.version'],
    agent_name: attributes['gen_ai.agent.name'],
    provider: attributes['gen_ai.provider.name'] ?? attributes['gen_ai.system'],
  }
  return Object.fromEntries(
    Object.entries(named).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ) as JsonObject
}
