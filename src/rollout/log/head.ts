import { Condenser } from './condense.ts'
import { recordsApart } from './records-apart.ts'
import type { Source } from './source.ts'
import { TornArchive } from './zstd-frames.ts'

/**
 * Judge a file by how it begins. Where the first bytes say nothing (null) and there are few lines in them, those lines are read to
 * their ends, whatever stands in them, and judged again with their long values cut short.
 */
export async function judgeHead<T>(source: Source, path: string, judge: Judge<T>): Promise<T | null> {
  const head = await source.head(path, HEAD_BYTES)
  return await finalVerdict(source, path, judge, firstVerdict(head, judge))
}

/** The same of a file that was listed, at once where that can be: of very many, to wait for each takes longer than to judge it. */
export function judgeListed<T>(source: Source, path: string, judge: Judge<T>): T | null | Promise<T | null> {
  if (path.endsWith('.zst')) return judgeHead(source, path, judge)
  return finalVerdict(
    source,
    path,
    judge,
    source.glance(path, HEAD_BYTES, head => firstVerdict(head, judge)),
  )
}

/** `isWhole`: whether there is no more of the file; null: these are not its bytes as they stand. */
type Judge<T> = (head: string, isWhole: boolean | null) => T | null

type Verdict<T> = { verdict: T | null; isFinal: boolean }

function firstVerdict<T>(head: Buffer, judge: Judge<T>): Verdict<T> {
  const isWhole = head.length < HEAD_BYTES
  const verdict = judged(head.toString('utf8'), isWhole, judge)
  return { verdict, isFinal: verdict !== null || isWhole || linesIn(head) >= HEAD_LINES || head.includes(0) }
}

function finalVerdict<T>(source: Source, path: string, judge: Judge<T>, { verdict, isFinal }: Verdict<T>): T | null | Promise<T | null> {
  return isFinal ? verdict : condensedHead(source, path).then(text => judged(text, null, judge))
}

function judged<T>(head: string, isWhole: boolean | null, judge: Judge<T>): T | null {
  const verdict = judge(head, isWhole)
  const apart = verdict === null ? recordsApart(head) : null
  return apart === null ? verdict : judge(apart, null)
}

/** Nearly all files are known by the first of these bytes, or known to be nothing. */
const HEAD_BYTES = 1 << 14

/** As many lines tell what a file is. */
const HEAD_LINES = 20

/** A file whose first lines are long is read on to here, at most, and this much is kept of it. */
const MAX_BYTES = 1 << 24
const MAX_KEPT = 1 << 16

/** The start of a file with its long values cut short: the first lines, each of them whole where it is not longer than can be read. */
export async function condensedHead(source: Source, path: string): Promise<string> {
  const condenser = new Condenser({ isLines: !/\.json(\.zst)?$/.test(path) })
  let read = 0
  try {
    for await (const chunk of source.chunks(path)) {
      condenser.push(chunk)
      read += chunk.length
      if (read >= MAX_BYTES || condenser.length >= MAX_KEPT || condenser.lines >= HEAD_LINES) break
    }
  } catch (error) {
    if (!(error instanceof TornArchive)) throw error
  }
  return condenser.text()
}

/** Whether a compressed file is torn before anything of it unfolds. */
export async function isTornFromTheStart(source: Source, path: string): Promise<boolean> {
  if (!path.endsWith('.zst')) return false
  try {
    for await (const chunk of source.chunks(path)) if (chunk.length > 0) return false
  } catch (error) {
    return error instanceof TornArchive
  }
  return false
}

function linesIn(head: Buffer): number {
  let lines = 0
  for (let at = head.indexOf(0x0a); at >= 0; at = head.indexOf(0x0a, at + 1)) lines++
  return lines
}
