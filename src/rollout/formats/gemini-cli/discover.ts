import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** One unit per session file. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const known = new Set(files)
  for (const file of files) {
    // A session of before that was resumed is written on in a log of its name, which begins with all of it.
    const reason = known.has(`${file}l`) && file.endsWith('.json') ? `Goes on in ${posix.basename(file)}l, which has all of it` : null
    const why = reason ?? (await reasonToSkip(source, file, files.length === 1))
    if (why === null) units.push({ key: file, files: [file] })
    else skipped.push({ path: file, reason: why })
  }
  return units
}

/** A file asked for alone becomes a unit whatever it is, so that its reject says why not. */
async function reasonToSkip(source: Source, file: string, isAlone: boolean): Promise<string | null> {
  const base = posix.basename(plainName(file))
  if (base === 'logs.json') return 'List of prompts that were typed; what became of them is in the sessions'
  if (/^checkpoint-.*\.json$/.test(base)) return 'History saved by name; the session it was taken from is read'
  if (/\.(?:tmp|unreadable)-/.test(base)) return 'Left over from writing a session'
  if (isAlone || /^session-.*\.jsonl?$/.test(base)) return null
  try {
    return (await judgeHead(source, file, head => sniff(file, head) || null)) ? null : 'Not a Gemini CLI session'
  } catch {
    return null // parsing fails on it in turn, and says why
  }
}
