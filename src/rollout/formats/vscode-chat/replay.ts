import { posix } from 'node:path'
import { stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { completionUsage } from '../../conversation/chat-completion.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob } from '../../format.ts'
import { readListed } from '../../log/entries.ts'
import { type Chain, chainsOf, type Request, requestsIn } from './lineage.ts'
import { answerLog, tellSent } from './tell-sent.ts'

/** The rows of an export: one per conversation that requests were made in, each request with all that was said before it. */
export async function* parseReplay(job: ParseJob, file: string): AsyncIterable<Outcome<RolloutRow>> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'prompts')
  job.ledger.settle(headPlace, 'metadata', 'what is known of the export')
  const name = posix.basename(file).replace(/(?:\.chatreplay)?\.json$/, '')
  const requests = entries.flatMap(requestsIn)
  for (const [i, chain] of chainsOf(requests).entries()) {
    const row = rowOf(job, file, i === 0 ? name : `${name}#${i + 1}`, name, chain)
    const parent = chain.parent === null ? null : chain.parent === 0 ? name : `${name}#${chain.parent + 1}`
    const shared = { parent_trace_id: parent, relation: parent === null ? null : ('fork' as const), root_session_id: name }
    const exported = typeof head['exportedAt'] === 'string' ? { exported_at: head['exportedAt'] } : {}
    const more = i === 0 ? diagnostics : []
    yield { row: { ...row, ...shared, source_meta: { ...row.source_meta, ...exported }, diagnostics: [...row.diagnostics, ...more] } }
  }
  for (const { place } of entries) job.ledger.settle(place, 'metadata', 'prompt without requests')
}

function rowOf({ source, ledger, options }: ParseJob, file: string, id: string, session: string, { requests, shared }: Chain): RolloutRow {
  const dialogue = new ChatDialogue(ledger, file)
  const last = requests.at(-1)!.request
  const isSent = options.context === 'as_sent'
  for (const [i, { request, from }] of isSent ? [[0, { request: last, from: 0 }] as const] : requests.entries()) {
    const before = i > 0 ? requests[i - 1]!.request : null
    for (const [at, message] of request.messages.entries()) {
      if (at < from) continue
      const answered = at === from && before !== null ? factsOf(before) : {}
      tellSent(
        dialogue,
        message,
        request.place,
        { replay: i === 0 && at < shared, ...answered },
        at === from ? (before?.thinking ?? null) : null,
      )
    }
  }
  answerLog(dialogue, last, factsOf(last))
  const said = dialogue.finish()
  const { type } = last.response
  const isInterrupted = /cancel/i.test(`${stringOrNull(type)} ${last.type}`)
  const isFailed = !isInterrupted && type !== undefined && type !== 'success'
  const reason = stringOrNull(last.response['reason']) ?? last.type
  const schemas = toolSchemas(last.metadata['tools'])
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'vscode_chat',
      source_path: source.absolute(file),
      timestamps: requests.flatMap(({ request: { metadata } }) =>
        [metadata['startTime'], metadata['endTime']].flatMap(time => isoTime(time) ?? []),
      ),
      source_meta: { session_id: session, ...(last.name === null ? {} : { request: last.name }) },
      ...(schemas.length > 0 ? { tools: { status: 'recorded' as const, schemas } } : {}),
      outcome: outcomeOfEnd(said, { isSilent: true, isInterrupted, error: isFailed ? { reason } : null }),
    },
    said,
  )
}

function factsOf({ metadata }: Request) {
  return {
    model: stringOrNull(metadata['model']),
    id: stringOrNull(metadata['serverRequestId']),
    timestamp: isoTime(metadata['endTime']) ?? isoTime(metadata['startTime']),
    usage: completionUsage(metadata, null),
  }
}
