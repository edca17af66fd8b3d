import type { Unit } from '../../format.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { capturedTwice } from './capture.ts'
import { below, logFile, notASession } from './files.ts'

/** Each file is a unit, but for those that hold no session, or what another file holds too. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const twice = capturedTwice(source, files)
  return files.flatMap(path => {
    const reason = notASession(path) ?? twice.get(path) ?? null
    if (reason === null) return [{ key: path, files: [path], ...orderOf(path) }]
    skipped.push({ path, reason })
    return []
  })
}

/** An agent's file comes behind the sessions beside it, one of which started it. */
function orderOf(path: string): Pick<Unit, 'order'> {
  const { agentId, session, folder, stem } = logFile(path)
  return agentId === null || session !== null ? {} : { order: below(folder, `\u{10ffff}${stem}`) }
}
