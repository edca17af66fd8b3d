import { isObject, type Json } from '../../../json/json.ts'
import { ownValue } from '../../../json/own.ts'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { isNamedAsRollout, parseFileName } from './file-name.ts'
import { sniff, streamedThread } from './sniff.ts'

/** What discovery knows of a unit and parsing needs. */
export type Hint = {
  alone: boolean // the only file that was found: what is around it was not asked for, and is not searched far
}

const SIDE_FILES: { [name: string]: string } = {
  'history.jsonl': 'Prompts as they were typed, not a session',
  'session_index.jsonl': 'Titles of sessions, not a session',
}

/** One unit for each thread file; a compressed file gives way to its plain twin. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const listed = new Set(files)
  const candidates = files.filter(file => {
    const reason = ownValue(SIDE_FILES, file.slice(file.lastIndexOf('/') + 1)) ?? twinReason(file, listed)
    if (reason !== null) skipped.push({ path: file, reason })
    return reason === null
  })
  const rollouts = await withoutStrangers(source, candidates, skipped)
  return rollouts.map(file => ({ key: file, files: [file], hint: { alone: rollouts.length === 1 } }))
}

/** Read a hint back; a unit that was made by hand has none. */
export function parseHint(hint: Json | undefined): Hint {
  return { alone: isObject(hint) && hint['alone'] === true }
}

function twinReason(file: string, listed: ReadonlySet<string>): string | null {
  const plain = file.endsWith('.zst') ? file.slice(0, -'.zst'.length) : null
  return plain !== null && listed.has(plain) ? `Compressed copy of ${plain}` : null
}

/** Files that neither their name nor their content calls rollouts. Where there is no rollout at all they stay, to be told what they are. */
async function withoutStrangers(source: Source, files: readonly string[], skipped: Skipped[]): Promise<string[]> {
  const strangers = new Set<string>()
  const streams = new Set<string>()
  const threads = new Map(files.flatMap(file => (isNamedAsRollout(file) ? [[parseFileName(file).thread ?? '', file] as const] : [])))
  for (const file of files) {
    if (isNamedAsRollout(file)) continue
    let stream: string | null = null
    const isOne = await judgeHead(source, file, head => {
      stream = streamedThread(head)
      return sniff(file, head) || null
    }).catch(() => true)
    if (!isOne) strangers.add(file)
    const rollout = threads.get((stream as string | null)?.toLowerCase() ?? '-')
    if (rollout === undefined) continue
    streams.add(file)
    skipped.push({ path: file, reason: `What was shown of the thread in ${rollout}` })
  }
  if (strangers.size === files.length) return [...files]
  for (const file of strangers) skipped.push({ path: file, reason: 'Not a Codex session, by its name and its first records' })
  return files.filter(file => !strangers.has(file) && !streams.has(file))
}
