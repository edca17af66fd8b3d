import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** One unit per file of events. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const isOne =
      (files.length === 1 && !CHATS.test(file)) ||
      posix.basename(plainName(file)) === 'events.jsonl' ||
      (await judgeHead(source, file, head => sniff(file, head) || null).catch(() => true))
    if (isOne) units.push({ key: file, files: [file] })
    else skipped.push({ path: file, reason: 'Not a log of Copilot events' })
  }
  return units
}

/** Chats of the editor that Copilot's events lie beside. */
const CHATS = /(?:^|\/)(?:chatSessions|emptyWindowChatSessions|transferredChatSessions)\//

/** The session that a file is named for: its own name, or its folder's. */
export function sessionOf(file: string): string {
  const name = posix.basename(plainName(file), '.jsonl')
  const folder = posix.basename(posix.dirname(file))
  return name === 'events' && folder !== '.' && folder !== '' ? folder : name
}
