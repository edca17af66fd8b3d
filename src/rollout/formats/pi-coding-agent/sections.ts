import type { Source } from '../../log/source.ts'
import { lineageOf } from './lineage.ts'
import type { OpenedSession } from './open-session.ts'
import type { LaterHeader, SessionLog } from './read.ts'

/**
 * The sessions in a log: nearly always the one. Where people put files together into one, each header that names another session than the
 * one before it begins a session of its own.
 */
export async function sessionsIn(opened: OpenedSession, source: Source, file: string): Promise<OpenedSession[]> {
  const { log } = opened
  const begins = log.laterHeaders.filter(({ isOther }) => isOther)
  if (begins.length === 0) return [opened]
  const ends = [...begins.map(({ at }) => at), log.entries.length]
  const sessions: OpenedSession[] = [{ ...opened, log: part(log, null, 0, ends[0]!) }]
  for (const [i, begin] of begins.entries()) {
    const own = part(log, begin, begin.at, ends[i + 1]!)
    const lineage = await lineageOf(source, file, own.header, own.entries)
    const prompts = lineage.isSubagent ? ('agent' as const) : ('human' as const)
    sessions.push({ ...opened, log: own, lineage, traceId: own.header!.id!, namedId: null, prompts, status: 'unknown', notes: {} })
  }
  return sessions
}

function part(log: SessionLog, begin: LaterHeader | null, from: number, to: number): SessionLog {
  const isLast = to === log.entries.length
  const laterHeaders = log.laterHeaders.filter(({ isOther, at }) => !isOther && at >= from && at <= to)
  const own = begin === null ? {} : { header: begin.header, headerPlace: begin.place, run: null }
  return { ...log, ...own, laterHeaders, entries: log.entries.slice(from, to), unfinished: isLast ? log.unfinished : null }
}
