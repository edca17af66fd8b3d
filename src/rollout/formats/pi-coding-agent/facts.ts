import type { JsonObject } from '../../../json/json.ts'
import { assembleRow, type SessionFacts } from '../../conversation/assemble.ts'
import { Conversation } from '../../conversation/conversation.ts'
import type { Diagnostic, Origin, RolloutOutcome, RolloutRow } from '../../conversation/row.ts'
import type { ParseOptions } from '../../format.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { recordedSteps, type Step, sentSteps } from './context.ts'
import { type Entry, isDialogue, messageEntry } from './entry.ts'
import { keyOf, type Lineage } from './lineage.ts'
import type { SessionLog } from './read.ts'
import { small } from './small.ts'
import { Teller } from './tell.ts'
import { outcomeOf, totalUsage } from './totals.ts'

/** What all rows of a session file share. */
export type Session = {
  traceId: string
  path: string // root-relative
  absolutePath: string
  log: SessionLog
  lineage: Lineage
  notes: JsonObject
  diagnostics: Diagnostic[]
  ledger: Ledger
  context: ParseOptions['context']
  prompts: Origin // whose words stand in the user's place, where nothing else says
  status: RolloutOutcome['status'] // how the last run ended, as a store says it
}

/** A row of one path through a session. Entries for which `isKnown` holds were said in an earlier row. Null where nothing new is said. */
export function sessionRow(
  session: Session,
  path: readonly Entry[],
  isKnown: (entry: Entry) => boolean,
  facts: Partial<SessionFacts>,
): RolloutRow | null {
  const { log, lineage, ledger, notes } = session
  const isReplay = (entry: Entry) => isKnown(entry) || lineage.shared.has(keyOf(entry) ?? '')
  const conversation = new Conversation(ledger, session.path)
  const speaker = new Teller(conversation, ledger, log.raw, {
    version: `v${log.header?.version ?? 'unknown'}`,
    prompts: session.prompts,
  })
  const steps = session.context === 'as_sent' ? sentSteps(path) : recordedSteps(path)
  for (const step of [...headerPrompt(log), ...steps]) speaker.say(step, isReplay(step.entry))
  if (session.context === 'as_sent') settleUnsent(path, steps, ledger)
  for (const entry of path)
    if (entry.type === 'custom' && entry.record['customType'] === 'openclaw:prompt-error')
      conversation.diagnose('prompt_error', entry.place, small(entry.record['data'] ?? null))
  const said = conversation.finish()
  if (said.message_meta.every(({ replay }) => replay === true)) return null
  const own = path.filter(entry => !isReplay(entry))
  return assembleRow(
    {
      trace_id: session.traceId,
      source_kind: 'pi_coding_agent',
      source_path: session.absolutePath,
      root_session_id: lineage.rootId,
      agent_id: lineage.isSubagent ? session.traceId : (log.run?.agent ?? null),
      is_sidechain: lineage.isSubagent || log.run !== null,
      cwd: log.header?.cwd ?? log.run?.cwd ?? null,
      timestamps: [log.header?.timestamp ?? null, ...path.map(({ timestamp }) => timestamp)].filter(time => time !== null),
      source_meta: { ...notes, ...(Object.keys(speaker.unknownRoles).length > 0 ? { unknown_roles: speaker.unknownRoles } : {}) },
      parent_trace_id: lineage.parentId,
      spawn_tool_call_id: lineage.spawnCall,
      relation: log.run !== null ? 'subagent' : lineage.relation,
      usage: totalUsage(own),
      tools: speaker.tools.tools(session.context === 'as_sent' ? 'current' : 'declared'),
      outcome: outcomeOf(path, session.status),
      fidelity: {
        redacted_reasoning: said.redacted_reasoning + speaker.hiddenReasoning,
        truncated_results: speaker.truncatedResults,
        missing_history: lineage.missingHistory,
      },
      diagnostics: [...session.diagnostics, ...lineage.diagnostics],
      ...facts,
    },
    said,
  )
}

function settleUnsent(path: readonly Entry[], steps: readonly Step[], ledger: Ledger): void {
  const sent = new Set(steps.map(({ entry }) => entry))
  const last = path.findLastIndex(({ type }) => type === 'compaction')
  for (const [i, entry] of path.entries())
    if (i < last && isDialogue(entry) && !sent.has(entry)) ledger.settle(entry.place, 'metadata', 'before the last compaction')
}

/** The oldest generation has its system prompt in the header. */
function headerPrompt({ header, headerPlace }: SessionLog): Step[] {
  if (header?.systemPrompt == null || headerPlace === null) return []
  const message: JsonObject = { role: 'system', content: header.systemPrompt }
  return [{ entry: { ...messageEntry(headerPlace, 0, message), timestamp: header.timestamp }, message, cut: null, edit: null }]
}

/** A diagnostic about a place in the logs. */
export function diagnosticAt(code: string, place: Place, detail: Diagnostic['detail'] = null): Diagnostic {
  return { code, at: `${place.file}:${place.line}`, detail }
}
