import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Ledger, LedgerState } from './ledger.ts'
import type { LineOptions, LineStart } from './lines.ts'
import { pack } from './pack.ts'
import type { Source } from './source.ts'
import { type Take, unpack } from './unpack.ts'

/** Where readings leave what they know of a log, for the next reading to go on from. States may be lost at any time. */
export type States = {
  /** Read what was left for a file; null where nothing is, or reading it fails. */
  load<T>(path: string, read: (take: Take) => T): T | null
  /** Whether a state is wanted of a reading that began at byte `from` and came to byte `to`. */
  isWanted(path: string, from: number, to: number): boolean
  /** Keep a state, in pieces. */
  save(path: string, pieces: readonly Buffer[]): void
}

/** How a unit goes on from what an earlier reading left. */
export type Resume = {
  /** Where states are kept. */
  states: States
  /** What a state depends on beside the file: states under another one count for nothing. */
  stamp: string
}

/** What is held of the lines read so far, and can be given away and taken up by a new reader of the same file. */
export interface Resumable<State> {
  /** Plain data; nothing of it needs to be a copy. */
  state(): State
  takeUp(state: State): void
}

/** What tells that a state is of this file, and where in it the reading goes on. */
type Mark = { stamp: string; inode: number; offset: number; guard: string }

type Left<State> = Omit<LineStart, 'offset'> & { ledger: LedgerState; reader: State }

/** So much is compared of the file's start, and of what stands before the point where the reading goes on. */
const GUARD_BYTES = 1 << 16

/**
 * How an append-only log is read on from where the last reading of it ended, if it left a state and the file still begins with what
 * was read then; and how this reading leaves its own. What is kept is as it was behind the last whole line: a line without an end
 * may be torn, and is read again. A state belongs to a file that is all of its unit.
 */
export function resumed<State>(
  { source, ledger, resume }: { source: Source; ledger: Ledger; resume?: Resume | null },
  path: string,
  reader: Resumable<State>,
): Pick<LineOptions, 'start' | 'beforeTail'> {
  const facts = resume == null || ledger.records > 0 || path.endsWith('.zst') ? null : source.facts(path)
  if (resume == null || facts === null) return {}
  const { states, stamp } = resume
  const load = (take: Take) => {
    const mark = JSON.parse(take(take(4).readUInt32LE()).toString()) as Mark
    const { inode, size } = facts
    if (mark.stamp !== stamp || mark.inode !== inode || mark.offset > size || mark.guard !== guardOf(source, path, mark.offset)) return null
    return { offset: mark.offset, ...(unpack(take) as Left<State>) }
  }
  const left = states.load(path, load)
  if (left !== null) {
    ledger.takeUp(left.ledger)
    reader.takeUp(left.reader)
  }
  const save = ({ offset, ...at }: LineStart) => {
    if (!states.isWanted(path, left?.offset ?? 0, offset)) return
    // A file that changed while it was read may have been written anew: what was read is then not what the guard is made of.
    if (!isDeepStrictEqual(source.facts(path), facts)) return
    const mark: Mark = { stamp, inode: facts.inode, offset, guard: guardOf(source, path, offset) }
    const pieces = packed({ ...at, ledger: ledger.state(), reader: reader.state() } satisfies Left<State>)
    if (pieces !== null) states.save(path, [...headOf(mark), ...pieces])
  }
  if (left === null) return { beforeTail: save }
  const { ledger: _, reader: __, ...start } = left
  return { start, beforeTail: save }
}

/** A log can hold what cannot be packed, such as lists in lists, thousands deep: then it is read anew the next time. */
function packed(value: unknown): Buffer[] | null {
  try {
    return pack(value)
  } catch {
    return null
  }
}

function headOf(mark: Mark): Buffer[] {
  const text = Buffer.from(JSON.stringify(mark))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return [length, text]
}

function guardOf(source: Source, path: string, offset: number): string {
  const last = Math.max(0, offset - GUARD_BYTES)
  return createHash('sha1')
    .update(`${offset} `)
    .update(source.part(path, 0, Math.min(offset, GUARD_BYTES)))
    .update(source.part(path, last, offset - last))
    .digest('base64')
}
