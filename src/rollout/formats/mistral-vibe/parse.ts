import { posix } from 'node:path'
import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { textOf } from '../../conversation/blocks.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { Diagnostic, Relation, RolloutRow, Usage } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, readEntries, readListed, readRecord } from '../../log/entries.ts'
import type { Place } from '../../log/ledger.ts'
import { plainName } from '../../log/plain-name.ts'
import { metaOf } from './discover.ts'
import { isMessage } from './entry.ts'
import { spawnCallOf, spawnerOf } from './lineage.ts'
import { areMessages } from './sniff.ts'
import { isCompaction, isStopped, tell } from './tell.ts'

/** Turn a session into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const { entries, meta, metaPlace, diagnostics } = file.endsWith('.json') ? await readWhole(job, file) : await readFolder(job, file)
  // A file asked for alone is read whatever it is.
  if (
    metaPlace === null &&
    !areMessages(
      file,
      entries.map(({ record }) => record),
    )
  ) {
    for (const { place } of entries) job.ledger.settle(place, 'noise', 'not a message of Mistral Vibe')
    return
  }
  const id = stringOrNull(meta['session_id']) ?? nameOf(file)
  const spawner = await spawnerOf(job.source, file)
  const dialogue = new ChatDialogue(job.ledger, file, spawner === null ? 'human' : 'agent')
  const prompt = isObject(meta['system_prompt']) ? blocksOf(meta['system_prompt']['content']) : blocksOf(meta['system_prompt'])
  if (metaPlace !== null && prompt.length > 0) dialogue.instruct(prompt, metaPlace)
  else if (metaPlace !== null) job.ledger.settle(metaPlace, 'metadata', 'what is known of the session')
  for (const entry of entries) tell(dialogue, entry, job.source)
  const said = dialogue.finish()
  const first = entries.find(({ record }) => record['role'] === 'user')?.record ?? {}
  const words = textOf(blocksOf(first['content']))
  const parent = spawner?.session ?? stringOrNull(meta['parent_session_id'])
  const relation: Relation | null =
    spawner !== null ? 'subagent' : parent === null ? null : isCompaction(first, words) ? 'continuation' : 'fork'
  const place = isObject(meta['environment']) ? meta['environment'] : {}
  const config = isObject(meta['config']) ? meta['config'] : {}
  const model = stringIn(meta, 'model') ?? stringIn(config, 'active_model')
  const schemas = toolSchemas(meta['tools_available'])
  const last = entries.at(-1)?.record ?? {}
  const isInterrupted = last['role'] === 'tool' && isStopped(textOf(blocksOf(last['content'])))
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'mistral_vibe',
        source_path: job.source.absolute(file),
        root_session_id: parent ?? id,
        agent_id: spawner === null ? null : id,
        is_sidechain: spawner !== null,
        cwd: stringOrNull(place['working_directory']),
        git_branch: stringOrNull(meta['git_branch']),
        timestamps: [meta['start_time'], meta['end_time']].flatMap(time => isoTime(time) ?? []),
        models: model === null ? [] : [model],
        usage: usageOf(meta['stats']),
        source_meta: { session_id: id, ...restOf(meta, TOLD), ...profileOf(meta) },
        parent_trace_id: parent,
        relation,
        spawn_tool_call_id: spawner === null ? null : await spawnCallOf(job.source, spawner.folder, words),
        ...(schemas.length > 0 ? { tools: { status: 'recorded' as const, schemas } } : {}),
        outcome: outcomeOfEnd(said, { isSilent: true, isInterrupted }),
        diagnostics,
      },
      said,
    ),
  }
}

type Read = { entries: Entry[]; meta: JsonObject; metaPlace: Place | null; diagnostics: Diagnostic[] }

async function readFolder(job: ParseJob, file: string): Promise<Read> {
  const entries = await readEntries(job, file, { isRecord: isMessage, idOf: record => stringOrNull(record['message_id']) })
  const path = metaOf(file)
  const text = path === null ? null : await job.source.text(path).catch(() => null)
  const read = path === null || text === null || text.trim() === '' ? null : readRecord(job.ledger, path, 1, text)
  return { entries, meta: read?.record ?? {}, metaPlace: read?.place ?? null, diagnostics: [] }
}

/** A session of before version 2: one document. */
async function readWhole(job: ParseJob, file: string): Promise<Read> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  const meta = isObject(head['metadata']) ? head['metadata'] : {}
  return { entries, meta, metaPlace: headPlace, diagnostics }
}

function nameOf(file: string): string {
  const folder = posix.dirname(file)
  return posix.basename(plainName(file)) === 'messages.jsonl' && folder !== '.'
    ? posix.basename(folder)
    : posix.basename(plainName(file)).replace(/\.jsonl?$/, '')
}

const TOLD = new Set(
  `session_id parent_session_id start_time end_time git_branch environment stats tools_available config agent_profile system_prompt model
  username total_messages loops experiments`.split(/\s+/),
)

function profileOf({ agent_profile: profile }: JsonObject): JsonObject {
  return isObject(profile) && typeof profile['name'] === 'string' ? { agent_profile: profile['name'] } : {}
}

/** Tokens of the whole session; no response is counted apart. The price is worked out by the program, and at the last model's rate. */
function usageOf(stats: Json | undefined): Usage | null {
  if (!isObject(stats)) return null
  const [input, output] = [numberOrNull(stats['session_prompt_tokens']), numberOrNull(stats['session_completion_tokens'])]
  if (!input && !output) return null
  const none = { cached_input_tokens: null, cache_write_tokens: null, reasoning_tokens: null, cost_usd: null }
  return { input_tokens: input, output_tokens: output, ...none }
}
