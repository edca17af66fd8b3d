import { type Json, type JsonObject, parseJson, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Thread, type Told, threadsOf } from './conversations.ts'
import type { Span } from './entry.ts'
import { type Chain, chainsOf, kindOf } from './lineage.ts'
import { readSpans } from './read.ts'
import { answerBy, tell } from './tell.ts'

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
