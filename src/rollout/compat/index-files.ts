import { compareCodePoints } from '../../python/text.ts'
import type { DataDesignerJob } from '../format.ts'
import { DecodeError } from './decode.ts'
import { osErrorText } from './os-error.ts'
import { DataDesignerParseError } from './parse-error.ts'
import type { PythonDict } from './python-value.ts'

/** What index files beside the logs say of each session, by its id. */
export type SessionIndex = ReadonlyMap<string, PythonDict>

/** A kind of index file. */
export type IndexFiles = {
  name: string
  title: string // as in warnings
  read(job: DataDesignerJob, path: string): Promise<[sessionId: string, entry: PythonDict][]>
}

/**
 * Read every index file of a source once, in the order of Python's paths; of two that name a session the last counts. A malformed
 * one is passed over with a warning, but for one that is no UTF-8: then every log of the source is malformed.
 */
export function sessionIndex(job: DataDesignerJob, files: IndexFiles): Promise<SessionIndex> {
  const { source, recursive } = job
  return source.shared(`data_designer ${files.name} ${recursive ? 'below' : 'directly below'}`, async () => {
    const index = new Map<string, PythonDict>()
    // Python compares paths part by part, not as strings.
    const key = (path: string) => path.replaceAll('/', '\0')
    const paths = source.list({ patterns: [files.name], recursive }).sort((a, b) => compareCodePoints(key(a), key(b)))
    for (const path of paths) for (const [sessionId, entry] of await readOrWarn(job, path, files)) index.set(sessionId, entry)
    return index
  })
}

async function readOrWarn(job: DataDesignerJob, path: string, files: IndexFiles): Promise<[string, PythonDict][]> {
  const file = job.source.absolute(path)
  try {
    return await files.read(job, path)
  } catch (error) {
    const reason = error instanceof DataDesignerParseError && !(error instanceof DecodeError) ? error.message : osErrorText(error, file)
    if (reason === null) throw error
    job.warn(`Skipping malformed ${files.title} ${file}: ${reason}`)
    return []
  }
}
