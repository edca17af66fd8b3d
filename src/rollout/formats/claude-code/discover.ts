import type { Unit } from '../../format.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { capturedTwice } from './capture.ts'
import { notASession } from './files.ts'

/** Each file is a unit, but for those that hold no session, or what another file holds too. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const twice = capturedTwice(source, files)
  return files.flatMap(path => {
    const reason = notASession(path) ?? twice.get(path) ?? null
    if (reason === null) return [{ key: path, files: [path] }]
    skipped.push({ path, reason })
    return []
  })
}
