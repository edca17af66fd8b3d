import { posix } from 'node:path'
import type { JsonObject } from '../../../json/json.ts'
import { stringIn, stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Diagnostic, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries, readListed } from '../../log/entries.ts'
import type { Place } from '../../log/ledger.ts'
import { plainName } from '../../log/plain-name.ts'
import type { UnitHint } from './discover.ts'
import { type Chat, type Held, pathTo, play, withoutHidden } from './paths.ts'
import { parseReplay } from './replay.ts'
import { isChange } from './sniff.ts'
import { endingOf, roundsOf, tell } from './tell.ts'
import { workingFolder } from './workspace.ts'

/** Turn a chat into its row, and one for each path that was taken back where all branches are asked for; an export into its rows. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { kind } = unit.hint as UnitHint
  const file = unit.files[0]!
  if (kind === 'replay') return yield* parseReplay(job, file)
  const { diagnostics, places, ...read } = kind === 'log' ? await readLog(job, file) : await readDocument(job, file)
  const chat = withoutHidden(read)
  const cwd = await workingFolder(job.source, file)
  const isSent = job.options.context === 'as_sent'
  const cut = isSent ? lastSummary(chat.requests) : null
  const sent = cut === null ? chat.requests : chat.requests.slice(cut.request)
  for (const { asked, answered } of chat.requests.slice(0, chat.requests.length - sent.length))
    for (const place of [asked, answered]) job.ledger.settle(place, 'metadata', 'before the last compaction')
  const row = rowOf(job, file, chat.head, cwd, sent, 0, cut?.round ?? null)
  yield { row: { ...row, diagnostics: [...row.diagnostics, ...diagnostics] } }
  for (const own of chat.left)
    if (job.options.branches === 'all') {
      const before = pathTo(own[0]!)
      const branch = rowOf(job, file, chat.head, cwd, [...before, ...own], before.length, null)
      const id = `${row.trace_id}#${stringOrNull(own[0]!.record['requestId']) ?? own[0]!.asked.line}`
      yield { row: { ...branch, trace_id: id, parent_trace_id: row.trace_id, relation: 'branch' } }
    } else for (const { asked, answered } of own) for (const place of [asked, answered]) job.ledger.settle(place, 'abandoned', 'taken back')
  for (const place of places) if (!job.ledger.isSettled(place)) job.ledger.settle(place, 'metadata', 'change of the chat')
}

type Read = Chat & { places: Place[]; diagnostics: Diagnostic[] }

async function readLog(job: ParseJob, file: string): Promise<Read> {
  const entries = await readEntries(job, file, { isRecord: isChange })
  return { ...play(entries, job.ledger), places: entries.map(({ place }) => place), diagnostics: [] }
}

async function readDocument(job: ParseJob, file: string): Promise<Read> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'requests')
  job.ledger.settle(headPlace, 'metadata', 'what is known of the chat')
  const requests: Held[] = []
  for (const { record, place } of entries) requests.push({ record, asked: place, answered: place, before: requests.at(-1) ?? null })
  return { head, requests, left: [], places: entries.map(({ place }) => place), diagnostics }
}

/** The last summary that a compaction made: in which request, behind which round. */
function lastSummary(requests: readonly Held[]): { request: number; round: number } | null {
  for (let request = requests.length - 1; request >= 0; request--) {
    const round = roundsOf(requests[request]!.record).findLastIndex(({ summary }) => summary !== null)
    if (round >= 0) return { request, round }
  }
  return null
}

function rowOf(
  { source, ledger }: ParseJob,
  file: string,
  head: JsonObject,
  cwd: string | null,
  requests: readonly Held[],
  replayed: number,
  from: number | null,
): RolloutRow {
  const dialogue = new ChatDialogue(ledger, file)
  for (const [i, held] of requests.entries()) tell(dialogue, held, { replay: i < replayed, from: i === 0 ? from : null })
  const said = dialogue.finish()
  const id = stringOrNull(head['sessionId']) ?? posix.basename(plainName(file)).replace(/\.jsonl?$/, '')
  const last = requests.at(-1)
  const title = stringIn(head, 'customTitle', 'title')
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'vscode_chat',
      source_path: source.absolute(file),
      cwd,
      timestamps: [head['creationDate'], head['lastMessageDate'], ...requests.map(({ record }) => record['timestamp'])].flatMap(
        time => isoTime(time) ?? [],
      ),
      source_meta: {
        session_id: id,
        ...(title === null ? {} : { title }),
        ...(head['responderUsername'] === undefined ? {} : { responder: head['responderUsername'] }),
        ...(head['initialLocation'] === undefined ? {} : { location: head['initialLocation'] }),
      },
      outcome: outcomeOfEnd(said, last === undefined ? {} : endingOf(last.record)),
    },
    said,
  )
}
