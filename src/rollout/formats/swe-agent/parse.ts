import { posix } from 'node:path'
import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutOutcome, RolloutRow, ToolSchema, Usage } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, type ListedDocument, readListed } from '../../log/entries.ts'
import { agentIn, attemptIn } from './lineage.ts'
import { isRun } from './sniff.ts'
import { Teller } from './tell.ts'

/** Turn a trajectory into the row of its agent, and one for each other agent that speaks in it. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const key = await listOf(job, file)
  const document = await readListed(job, file, key)
  if (key === 'messages' && !isRun(document.head)) {
    for (const place of [document.headPlace, ...document.entries.map(entry => entry.place)])
      job.ledger.settle(place, 'noise', "another agent's document")
    return
  }
  job.ledger.settle(document.headPlace, 'metadata', 'what is known of the run')
  const id = stringOrNull(document.head['instance_id']) ?? posix.basename(file).replace(/\.(?:traj\.json|traj|json)$/, '')
  const agents = Map.groupBy(document.entries, ({ record }) => stringOrNull(record['agent']))
  const [main = null] = agents.keys()
  for (const [agent, entries] of agents) yield { row: rowOf(job, { file, id, document, entries, agent: agent === main ? null : agent }) }
  if (job.options.branches === 'all')
    for (const [n, attempt] of attemptsOf(document.head).entries()) yield { row: attemptRow(job, { file, id, document, n, attempt }) }
}

/** SWE-agent has its messages under `history`, mini-swe-agent under `messages`, or as the document itself. */
async function listOf({ source }: ParseJob, file: string): Promise<string> {
  const head = (await source.head(file)).toString('utf8')
  return /(?<!\\)"history"\s*:\s*\[/.test(head) || file.endsWith('.traj') ? 'history' : 'messages'
}

type Run = { file: string; id: string; document: ListedDocument; entries: readonly Entry[]; agent: string | null }

function rowOf(job: ParseJob, { file, id, document, entries, agent }: Run): RolloutRow {
  const { head, diagnostics } = document
  const dialogue = new ChatDialogue(job.ledger, file, agent === null ? 'human' : 'agent')
  const messages = new Teller(dialogue, job.ledger)
  for (const entry of entries) messages.tell(entry)
  const said = dialogue.finish()
  const info = isObject(head['info']) ? head['info'] : {}
  const stats = isObject(info['model_stats']) ? info['model_stats'] : {}
  const tools = toolsOf(head)
  return assembleRow(
    {
      source_kind: 'swe_agent',
      source_path: job.source.absolute(file),
      ...agentIn(id, agent),
      models: modelsOf(head),
      usage: said.usage ?? (agent === null ? usageOf(stats) : null),
      ...(tools.length > 0 ? { tools: { status: 'recorded' as const, schemas: tools } } : {}),
      source_meta: {
        ...(agent === null ? metaOf(head, info) : { agent }),
        ...(messages.demonstrations > 0 ? { demonstrations: messages.demonstrations } : {}),
      },
      outcome: outcomeOf(info, outcomeOfEnd(said, { isSilent: true })),
      diagnostics,
    },
    said,
  )
}

/** How the run says it ended; a submission is the agent's own ending, whatever it is worth. */
function outcomeOf(info: JsonObject, ended: RolloutOutcome): RolloutOutcome {
  const status = stringOrNull(info['exit_status'])
  if (status === null) return ended
  const submission = stringOrNull(info['submission'])
  const detail = { exit_status: status, ...(submission === null ? {} : { submission }) }
  if (/^submitted$/i.test(status)) return { status: 'completed', reward: null, detail }
  return { status: /limit|exit_cost|exit_context|exit_format|max_/i.test(status) ? 'unknown' : 'failed', reward: null, detail }
}

/** Tokens of the whole run, as it counts them. */
function usageOf(stats: JsonObject): Usage | null {
  const [input, output] = [numberOrNull(stats['tokens_sent']), numberOrNull(stats['tokens_received'])]
  const cost = numberOrNull(stats['instance_cost']) ?? numberOrNull(stats['total_cost'])
  if (!input && !output && !cost) return null
  const unknown = { cached_input_tokens: null, cache_write_tokens: null, reasoning_tokens: null }
  return { input_tokens: input, output_tokens: output, ...unknown, cost_usd: cost }
}

function settingsOf(head: JsonObject): JsonObject {
  const replay = head['replay_config']
  const config = typeof replay === 'string' ? readJsonOr(replay) : replay
  return isObject(config) ? config : {}
}

function at(value: Json | undefined, ...path: string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value)
}

function modelsOf(head: JsonObject): string[] {
  const settings = settingsOf(head)
  const named = [at(settings, 'agent', 'model', 'name'), at(head['info'], 'config', 'model', 'model_name')]
  return named.flatMap(model => stringOrNull(model) ?? [])
}

/** The commands that a run was configured with; schemas of what functions calling models were offered. */
function toolsOf(head: JsonObject): ToolSchema[] {
  const commands = at(settingsOf(head), 'agent', 'tools', 'commands')
  if (!Array.isArray(commands)) return []
  return commands.filter(isObject).flatMap(command => {
    const name = stringOrNull(command['name'])
    const description = stringOrNull(command['docstring'])
    return name === null
      ? []
      : [
          {
            type: 'function' as const,
            function: { name, ...(description === null ? {} : { description }), parameters: command['arguments'] ?? null },
          },
        ]
  })
}

function metaOf(head: JsonObject, info: JsonObject): JsonObject {
  const edited = Object.keys(info).filter(key => key.startsWith('edited_files'))
  return { ...restOf(head, TOLD), info: restOf(info, new Set(['submission', 'exit_status', ...edited])) }
}

const TOLD = new Set(['history', 'trajectory', 'messages', 'info', 'replay_config', 'attempts'])

/** Runs that were tried again, or judged, keep what each attempt said. */
function attemptsOf(head: JsonObject): JsonObject[] {
  return Array.isArray(head['attempts']) ? head['attempts'].filter(isObject) : []
}

function attemptRow(
  job: ParseJob,
  { file, id, document, n, attempt }: { file: string; id: string; document: ListedDocument; n: number; attempt: JsonObject },
): RolloutRow {
  const records = Array.isArray(attempt['history']) ? attempt['history'].filter(isObject) : []
  const row = rowOf(job, {
    file,
    id,
    document: { ...document, head: { ...attempt, info: attempt['info'] ?? {} } },
    entries: records.map(record => ({ place: document.headPlace, record, text: null })),
    agent: null,
  })
  return { ...row, ...attemptIn(id, n) }
}
