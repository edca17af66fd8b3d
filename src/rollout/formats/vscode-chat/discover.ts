import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { type Kind, kindByHead } from './sniff.ts'

/** What discovery tells parsing: what the file is. */
export type UnitHint = { kind: Kind }

/** One unit per chat or export. Where editors keep their state lie files of all kinds: only the folders of chats are looked into. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const chats = new Set(files.filter(file => CHATS.test(plainName(file))))
  for (const file of files) {
    if (STORAGE.test(file) && !CHATS.test(plainName(file))) continue
    // A chat of before that was opened again is written on in a log of its name.
    if (file.endsWith('.json') && chats.has(`${file}l`)) {
      skipped.push({ path: file, reason: `Goes on in ${file.split('/').at(-1)}l, which has all of it` })
      continue
    }
    const byName: Kind = plainName(file).endsWith('.jsonl') ? 'log' : 'document'
    const kind = await judgeHead(source, file, head => kindByHead(plainName(file), head)).catch(() => byName)
    if (kind !== null || files.length === 1) units.push({ key: file, files: [file], hint: { kind: kind ?? byName } })
    else skipped.push({ path: file, reason: 'Not a chat of VS Code' })
  }
  return units
}

const CHATS = /(?:^|\/)(?:chatSessions|emptyWindowChatSessions|transferredChatSessions)\/[^/]+\.jsonl?$/
const STORAGE = /(?:^|\/)(?:workspaceStorage|globalStorage)\//
