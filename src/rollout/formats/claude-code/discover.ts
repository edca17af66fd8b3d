import type { Unit } from '../../format.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { capturedTwice } from './capture.ts'
import { below, type LogFile, logFile, notASession } from './files.ts'

/** Each file is a unit, but for those that hold no session, or what another file holds too. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const logs = files.map(logFile)
  const twice = capturedTwice(source, logs)
  const units: Unit[] = []
  for (const log of logs) {
    const { path } = log
    const reason = notASession(path) ?? twice.get(path) ?? null
    if (reason === null) units.push({ key: path, files: [path], ...orderOf(log) })
    else skipped.push({ path, reason })
  }
  return units
}

/** An agent's file comes behind the sessions beside it, one of which started it. */
function orderOf({ agentId, session, folder, stem }: LogFile): Pick<Unit, 'order'> {
  return agentId === null || session !== null ? {} : { order: below(folder, `\u{10ffff}${stem}`) }
}
