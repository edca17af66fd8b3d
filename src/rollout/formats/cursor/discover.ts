import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { listChats } from './editor-store.ts'
import { kindOf } from './sniff.ts'

/** What discovery tells parsing. */
export type UnitHint = { kind: 'transcript' | 'editor' | 'chat' }

/** One unit per transcript, per chat of the editor's store, and per store of the command line. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const kind = await identify(source, file)
    if (kind === 'editor') for (const unit of await chatsOf(source, file, skipped)) units.push(unit)
    else if (kind !== null || files.length === 1) units.push({ key: file, files: [file], hint: { kind: kind ?? 'transcript' } })
    else skipped.push({ path: file, reason: 'Not a Cursor chat' })
  }
  return units
}

async function identify(source: Source, file: string) {
  if (/(?:^|\/)agent-transcripts\/.+\.jsonl$/.test(plainName(file))) return 'transcript'
  try {
    return await judgeHead(source, file, head => kindOf(file, head))
  } catch {
    return 'transcript' // parsing fails on it in turn, and says why
  }
}

async function chatsOf(source: Source, file: string, skipped: Skipped[]): Promise<Unit[]> {
  try {
    const ids = await listChats(source, file)
    if (ids.length === 0) skipped.push({ path: file, reason: 'Store without chats' })
    return ids.map(id => ({ key: `${file}#${id}`, files: [file], member: id, hint: { kind: 'editor' } }))
  } catch {
    return [{ key: file, files: [file], hint: { kind: 'editor' } }] // parsing fails on it in turn, and says why
  }
}
