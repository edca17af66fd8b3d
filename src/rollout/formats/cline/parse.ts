import { posix } from 'node:path'
import { isObject, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { textBlock } from '../../conversation/blocks.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutOutcome, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readListed } from '../../log/entries.ts'
import { kinOf } from './lineage.ts'
import { sentOf } from './paths.ts'
import { readBeside } from './side-files.ts'
import { isSession } from './sniff.ts'
import { tell } from './tell.ts'

/** Turn a task or session into its row. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  // A list is what a task was sent; a document is a session of Cline only if it says who spoke in it.
  if (Object.keys(head).length > 0 && !isSession(head)) {
    for (const place of [headPlace, ...entries.map(entry => entry.place)]) job.ledger.settle(place, 'noise', "another agent's document")
    return
  }
  const beside = await readBeside(job.source, unit)
  const name =
    posix.basename(file) === 'api_conversation_history.json'
      ? posix.basename(posix.dirname(file))
      : posix.basename(file).replace(/(?:\.messages)?\.json$/, '')
  const id = stringOrNull(head['sessionId']) ?? name
  const kin = kinOf(head, beside, file, id)
  const dialogue = new ChatDialogue(job.ledger, file, kin.relation === 'subagent' ? 'agent' : 'human')
  const prompt = stringOrNull(head['system_prompt'])
  if (prompt === null) job.ledger.settle(headPlace, 'metadata', 'what is known of the session')
  else dialogue.instruct([textBlock(prompt)], headPlace)
  for (const entry of sentOf(entries, job)) tell(dialogue, entry)
  const said = dialogue.finish()
  const { manifest, item } = beside
  const meta = isObject(manifest['metadata']) ? manifest['metadata'] : {}
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'cline',
        source_path: job.source.absolute(file),
        root_session_id: kin.root ?? kin.parent ?? id,
        agent_id: kin.relation === 'subagent' ? id : null,
        is_sidechain: kin.relation === 'subagent',
        cwd: stringIn(manifest, 'cwd') ?? stringIn(item, 'cwdOnTaskInitialization', 'workspace', 'cwd'),
        project_path: stringIn(manifest, 'workspace_root'),
        timestamps: [
          ...beside.times,
          ...[head['updated_at'], manifest['started_at'], manifest['ended_at'], item['ts']].flatMap(time => isoTime(time) ?? []),
        ],
        parent_trace_id: kin.parent,
        relation: kin.relation,
        models: [stringIn(manifest, 'model'), stringIn(item, 'modelId', 'apiConfigName')].filter(model => model !== null),
        usage: said.usage ?? beside.usage,
        source_meta: {
          session_id: id,
          ...restOf(head, TOLD),
          ...titleOf(meta, item),
          ...(Object.keys(manifest).length > 0 ? { manifest: restOf(manifest, MANIFEST_TOLD) } : {}),
        },
        outcome: outcomeOf(manifest, outcomeOfEnd(said, { isSilent: true })),
        diagnostics,
      },
      said,
    ),
  }
}

const TOLD = new Set(['messages', 'sessionId', 'system_prompt', 'updated_at'])
const MANIFEST_TOLD = new Set([
  'session_id',
  'cwd',
  'workspace_root',
  'started_at',
  'ended_at',
  'messages_path',
  'pid',
  'metadata',
  'model',
])

function titleOf(meta: JsonObject, item: JsonObject): JsonObject {
  const title = stringIn(meta, 'title') ?? stringIn(item, 'task')
  return title === null ? {} : { title }
}

/** What the session says of its end comes before how the last turn looks. */
function outcomeOf({ status, exit_code: exit = null }: JsonObject, ended: RolloutOutcome): RolloutOutcome {
  if (typeof status !== 'string') return ended
  const detail = { status, ...(exit === null ? {} : { exit_code: exit }) }
  if (/fail|error/.test(status)) return { status: 'failed', reward: null, detail }
  if (/cancel|abort|interrupt|kill/.test(status)) return { status: 'interrupted', reward: null, detail }
  return { ...ended, detail }
}
