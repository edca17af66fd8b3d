import { posix } from 'node:path'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutRow, Usage } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'
import { isDroidRecord } from './entry.ts'
import { Teller } from './tell.ts'

/** Turn a session, kept or printed, into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const all = await readEntries(job, file, { isRecord: isDroidRecord, idOf })
  const isSent = job.options.context === 'as_sent'
  const at = isSent ? all.findLastIndex(({ record }) => record['type'] === 'compaction_state') : -1
  for (const { place } of all.slice(0, Math.max(at, 0))) job.ledger.settle(place, 'metadata', 'before the last compaction')
  const entries = at < 0 ? all : all.slice(at)
  const dialogue = new ChatDialogue(job.ledger, file)
  const teller = new Teller(dialogue, job.ledger, isSent)
  for (const entry of entries) teller.tell(entry)
  const said = dialogue.finish()
  const start = all.find(({ record }) => record['type'] === 'session_start' || record['subtype'] === 'init')?.record ?? {}
  const known = (key: string) => all.map(({ record }) => stringOrNull(record[key])).find(found => found !== null) ?? null
  const printed = known('session_id') ?? known('sessionId')
  const id = printed ?? (start['type'] === 'session_start' ? stringOrNull(start['id']) : null) ?? posix.basename(plainName(file), '.jsonl')
  const settings = await job.source.json(plainName(file).replace(/\.jsonl$/, '.settings.json')).catch(() => null)
  const beside = isObject(settings) ? settings : {}
  const completion = all.findLast(({ record }) => record['type'] === 'completion')?.record ?? {}
  const model = stringOrNull(start['model']) ?? stringOrNull(beside['model'])
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'droid',
        source_path: job.source.absolute(file),
        cwd: stringOrNull(start['cwd']),
        timestamps: all.flatMap(({ record }) => isoTime(record['timestamp']) ?? []),
        models: model === null ? [] : [model],
        usage: usageOf(beside['tokenUsage']) ?? usageOf(completion['usage']),
        source_meta: { session_id: id, ...restOf(start, TOLD) },
        outcome: outcomeOfEnd(said, teller.ending),
      },
      said,
    ),
  }
}

/** A call and its result have one id. */
function idOf(record: JsonObject): string | null {
  const id = stringOrNull(record['id'])
  return id === null ? null : `${String(record['type'])} ${id}`
}

const TOLD = new Set(['type', 'id', 'cwd', 'timestamp', 'sessionId', 'session_id', 'owner', 'hostId'])

/** Tokens of a session; cached ones are counted apart. */
function usageOf(usage: Json | undefined): Usage | null {
  if (!isObject(usage)) return null
  const count = (...keys: string[]) => keys.map(key => numberOrNull(usage[key])).find(found => found !== null) ?? null
  const [input, output] = [count('inputTokens', 'input_tokens'), count('outputTokens', 'output_tokens')]
  const [read, write] = [count('cacheReadTokens', 'cache_read_input_tokens'), count('cacheCreationTokens', 'cache_creation_input_tokens')]
  if (!input && !output) return null
  return {
    input_tokens: input === null ? null : input + (read ?? 0) + (write ?? 0),
    output_tokens: output,
    cached_input_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: count('thinkingTokens'),
    cost_usd: null,
  }
}
