import { basename, posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { type Recognised, recognise } from './header.ts'
import { sessionName } from './session-name.ts'

/** One unit per session file. Only files whose name does not tell their session are looked into. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    if (basename(file) === 'log.jsonl' && files.includes(posix.join(posix.dirname(file), 'context.jsonl'))) {
      skipped.push({ path: file, reason: "A channel's chat log; what the model saw of it is in context.jsonl" })
      continue
    }
    const reason = sessionName(file).id === null ? await reasonToSkip(source, file) : null
    if (reason === null) units.push({ key: file, files: [file] })
    else skipped.push({ path: file, reason })
  }
  return units
}

async function reasonToSkip(source: Source, file: string): Promise<string | null> {
  const { kind, reason } = await recogniseFile(source, file)
  return kind === 'pi' || kind === 'headless' || kind === 'empty' ? null : reason
}

/** What the first records of a file show. */
export async function recogniseFile(source: Source, file: string) {
  let told = { kind: 'empty', reason: 'Empty file' } as Recognised | { kind: 'empty'; reason: string }
  await judgeHead(source, file, head => {
    if (head.trim() !== '') told = recognise(head)
    return told.kind === 'unknown' || told.kind === 'headless' ? null : told
  })
  return told
}
