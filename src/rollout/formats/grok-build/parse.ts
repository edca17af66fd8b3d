import { posix } from 'node:path'
import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries, readRecord } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'
import { besides } from './discover.ts'
import { isItem } from './entry.ts'
import { factsOf } from './facts.ts'
import { kinOf } from './lineage.ts'
import { areItems } from './sniff.ts'
import { Teller } from './tell.ts'

/** Turn a session into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const entries = await readEntries(job, file, { isRecord: isItem })
  // A file asked for alone is read whatever it is.
  const records = entries.map(({ record }) => record)
  if (!areItems(file, records)) {
    for (const { place } of entries) job.ledger.settle(place, 'noise', 'not an item of Grok Build')
    return
  }
  const [summary, signals] = [await besideOf(job, besides(file)[0]!), await besideOf(job, besides(file)[1]!)]
  const id = stringOrNull((isObject(summary['info']) ? summary['info'] : {})['id']) ?? nameOf(file)
  const kin = await kinOf(job.source, file, id, summary)
  const isAgent = kin.relation === 'subagent'
  const dialogue = new ChatDialogue(job.ledger, file, isAgent ? 'agent' : 'human')
  const teller = new Teller(dialogue)
  const inherited = kin.relation === null ? 0 : (numberOrNull(summary['inherited_prefix_len']) ?? 0)
  for (const [i, entry] of entries.entries()) teller.tell(entry, i < inherited)
  teller.finish()
  const { meta, ...facts } = factsOf(summary, signals)
  const said = dialogue.finish()
  yield {
    row: assembleRow(
      {
        ...facts,
        trace_id: id,
        source_kind: 'grok_build',
        source_path: job.source.absolute(file),
        root_session_id: kin.parent ?? id,
        agent_id: isAgent ? id : null,
        is_sidechain: isAgent,
        source_meta: { session_id: id, ...meta },
        parent_trace_id: kin.parent,
        relation: kin.relation,
        spawn_tool_call_id: kin.spawnCall,
        outcome: outcomeOfEnd(said, { isSilent: true }),
        ...(teller.hasLost ? { fidelity: { missing_history: true } } : {}),
      },
      said,
    ),
  }
}

/** A file that lies beside a history; empty where there is none, or it cannot be read. */
async function besideOf({ source, ledger }: ParseJob, path: string): Promise<JsonObject> {
  const text = await source.text(path).catch(() => null)
  if (text === null || text.trim() === '') return {}
  const read = readRecord(ledger, path, 1, text)
  if (read === null) return {}
  ledger.settle(read.place, 'metadata', 'what is known of the session')
  return read.record
}

function nameOf(file: string): string {
  const folder = posix.basename(posix.dirname(file))
  return posix.basename(plainName(file)) === 'chat_history.jsonl' && folder !== '.'
    ? folder
    : posix.basename(plainName(file)).replace(/\.jsonl$/, '')
}
