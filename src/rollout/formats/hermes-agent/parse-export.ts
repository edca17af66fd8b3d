import type { JsonObject } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob } from '../../format.ts'
import { Ledger } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import { copiedPrefix } from './copies.ts'
import type { Entry } from './entry.ts'
import { readExport } from './export.ts'
import { sessionRows } from './facts.ts'
import { kinshipOf } from './kinship.ts'
import { lineageOf } from './lineage.ts'

/**
 * The rows of an export. A session that stands in it twice is a row again, related as a copy, with nothing that was told before
 * counted or trained on a second time.
 */
export async function* parseExport(file: string, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const headers = await headersOf(job.source, file)
  const seen = new Map<string, readonly Entry[]>()
  for await (const session of readExport(job.source, job.ledger, file)) {
    const before = seen.get(session.id)
    const lineage = lineageOf(session.id, id => headers.get(id))
    const kinship = kinshipOf(session, lineage, lineage.parent === null ? null : (seen.get(lineage.parent) ?? null))
    seen.set(session.id, session.entries)
    if (before === undefined) {
      yield* sessionRows(session, kinship, session.id, job)
      continue
    }
    const copied = new Set([...kinship.copied, ...session.entries.slice(0, copiedPrefix(before, session.entries))])
    const traceId = `${session.id}~${session.entries[0]?.place.line ?? 0}`
    yield* sessionRows(session, { ...kinship, copied, parentTraceId: session.id, isCopy: true }, traceId, job)
  }
}

/** What the lines of an export say of their sessions, without the messages. */
function headersOf(source: Source, file: string): Promise<Map<string, JsonObject>> {
  return source.shared(`hermes export ${file}`, async () => {
    const headers = new Map<string, JsonObject>()
    for await (const { id, header } of readExport(source, new Ledger({ key: file, files: [file] }), file)) {
      const { messages: _messages, segments: _segments, system_prompt: _prompt, tools: _tools, ...kept } = header
      headers.set(id, kept)
    }
    return headers
  })
}
