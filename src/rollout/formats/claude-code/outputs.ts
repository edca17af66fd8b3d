import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'
import { below } from './files.ts'

/**
 * The outputs that were too large for a session's log, by name: where each lies below the root, its size and hash. Their text is not
 * read into rows: the model saw the preview that the log holds.
 */
export async function persistedOutputs(source: Source, folder: string, session: string): Promise<Map<string, JsonObject>> {
  const outputs = new Map<string, JsonObject>()
  const at = below(below(folder, session), 'tool-results')
  for (const name of source.names(at)) {
    const path = `${at}/${name}`
    try {
      const facts = source.facts(path)
      if (facts !== null) outputs.set(name, { path, size: facts.size, sha256: await sha256(source, path) })
    } catch {
      outputs.set(name, { path, problem: 'it cannot be read, or lies outside the folder that is read' })
    }
  }
  return outputs
}

/** Say on the messages which file holds the whole output. The file is looked for beside the log, wherever the log says it was. */
export function linkOutputs(persisted: readonly JsonObject[], outputs: ReadonlyMap<string, JsonObject>): void {
  for (const mention of persisted) {
    const recorded = typeof mention['recorded_path'] === 'string' ? mention['recorded_path'] : ''
    const output = outputs.get(recorded.slice(Math.max(recorded.lastIndexOf('/'), recorded.lastIndexOf('\\')) + 1))
    if (output !== undefined) Object.assign(mention, output)
  }
}

async function sha256(source: Source, path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const piece of source.chunks(path)) digest.update(piece)
  return digest.digest('hex')
}
