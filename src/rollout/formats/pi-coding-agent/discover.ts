import { basename, posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { type Recognised, recognise } from './header.ts'
import { isStore, listStore } from './openclaw/store.ts'
import { sessionName } from './session-name.ts'

/** One unit per session file. Only files whose name does not tell their session are looked into. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const listed = new Set(files)
  for (const file of files) {
    if (await isStoreFile(source, file)) {
      for (const unit of await unitsOfStore(source, file, skipped)) units.push(unit)
      continue
    }
    if (basename(file) === 'log.jsonl' && listed.has(posix.join(posix.dirname(file), 'context.jsonl'))) {
      skipped.push({ path: file, reason: "A channel's chat log; what the model saw of it is in context.jsonl" })
      continue
    }
    const reason = sessionName(file).id === null ? await reasonToSkip(source, file) : null
    if (reason === null) units.push({ key: file, files: [file] })
    else skipped.push({ path: file, reason })
  }
  return units
}

/** As much of a store as shows what it is. */
const STORE_HEAD_BYTES = 16384

/** Only what its name does not call a log is looked into. */
async function isStoreFile(source: Source, file: string): Promise<boolean> {
  if (/\.jsonl(?:\.|$)|\.txt$/.test(file)) return false
  return isStore(file, (await source.head(file, STORE_HEAD_BYTES).catch(() => Buffer.alloc(0))).toString('latin1'))
}

/** A unit for each session of a store, and for each transcript it has archived. */
async function unitsOfStore(source: Source, file: string, skipped: Skipped[]): Promise<Unit[]> {
  try {
    const { hints, elsewhere } = await listStore(source, file)
    for (const session of elsewhere) skipped.push({ path: `${file}#${session}`, reason: 'Transcript in a cold archive, which is not read' })
    if (hints.length + elsewhere.length === 0) skipped.push({ path: file, reason: 'Store without sessions' })
    return hints.map(hint => {
      // Named as the file would be, by which the session's other copies are known; live ones come first.
      const member = `${hint.generation === null ? 'live' : `old/${hint.generation}`}/${hint.session}.jsonl`
      return { key: `${file}#${member}`, files: [file], member, hint }
    })
  } catch {
    return [{ key: file, files: [file] }] // parsing fails on it in turn, and says why
  }
}

async function reasonToSkip(source: Source, file: string): Promise<string | null> {
  const { kind, reason } = await recogniseFile(source, file)
  return kind === 'pi' || kind === 'headless' || kind === 'empty' ? null : reason
}

/** What the first records of a file show. */
export async function recogniseFile(source: Source, file: string) {
  const start = (await source.head(file, STORE_HEAD_BYTES)).toString('latin1')
  if (isStore(file, start)) return { kind: 'store' as const, reason: 'A store of sessions' }
  let told = { kind: 'empty', reason: 'Empty file' } as Recognised | { kind: 'empty'; reason: string }
  await judgeHead(source, file, head => {
    if (head.trim() !== '') told = recognise(head)
    return told.kind === 'unknown' || told.kind === 'headless' ? null : told
  })
  return told
}
