import { basename, posix } from 'node:path'
import { compareCodePoints } from '../../python.ts'
import type { Unit } from '../format.ts'
import type { Skipped, Source } from '../source.ts'
import { recognise } from './header.ts'
import { sessionName } from './session-name.ts'

/** As much of a file as shows whether it is a session. */
const HEAD_BYTES = 16384

/** One unit per session file. Only files whose name does not tell their session are looked into. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const found: { file: string; id: string; isNamed: boolean }[] = []
  for (const file of files) {
    const { id, stem } = sessionName(file)
    if (basename(file) === 'log.jsonl' && files.includes(posix.join(posix.dirname(file), 'context.jsonl')))
      skipped.push({ path: file, reason: "A channel's chat log; what the model saw of it is in context.jsonl" })
    else if (id !== null) found.push({ file, id, isNamed: true })
    else {
      const head = await recogniseFile(source, file)
      if (head.kind === 'pi' || head.kind === 'headless' || head.kind === 'empty') found.push({ file, id: head.id ?? stem, isNamed: false })
      else skipped.push({ path: file, reason: head.reason })
    }
  }
  // Where two files hold a session of the same id, one that is named after it has the better claim.
  found.sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || compareCodePoints(a.file, b.file))
  const seen = new Map<string, number>()
  return found.map(({ file, id }) => {
    const copy = (seen.get(id) ?? 0) + 1
    seen.set(id, copy)
    return { key: file, files: [file], hint: { copy } }
  })
}

/** What the first bytes of a file show. */
export async function recogniseFile(source: Source, file: string) {
  const head = (await source.head(file, HEAD_BYTES)).toString('utf8')
  return head.trim() === '' ? { kind: 'empty' as const, id: null, reason: 'Empty file' } : recognise(head)
}
