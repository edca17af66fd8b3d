import { hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, renameSync, type Stats, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { closingFile } from '../../disk/closing-file.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { Unit } from '../../rollout/format.ts'

/** What a file was when it was read: path, bytes, time of change, inode. Equal means unchanged. */
export type FileState = [path: string, size: number, mtimeMs: number, inode: number]

/** A file changed this shortly before it was looked at may change again without its time telling. */
const UNCERTAIN_MS = 2000

const GUARD_BYTES = 4096

/** States of files below a root, as they are now; a file that is gone has none. */
export function statesOf(root: string, paths: readonly string[]): FileState[] {
  const states: FileState[] = []
  for (const path of paths) {
    const stats = statsOf(`${root}${sep}${path}`)
    if (stats !== null) states.push([path, stats.size, stats.mtimeMs, stats.ino])
  }
  return states
}

/** The files whose change changes a unit: its own, and the log a live database writes ahead. */
export function filesOf(unit: Unit): string[] {
  return unit.member === undefined ? unit.files : unit.files.flatMap(file => [file, `${file}-wal`])
}

/** Whether every file is what it was. */
export function sameStates(a: readonly FileState[], b: readonly FileState[]): boolean {
  return a.length === b.length && a.every((state, i) => isSameState(state, b[i]!))
}

function isSameState([path, size, mtimeMs, inode]: FileState, other: FileState): boolean {
  return size === other[1] && mtimeMs === other[2] && inode === other[3] && path === other[0]
}

/** A hash of the ends of files that were changed just now, null where none was: their times alone prove nothing. */
export function guardOf(root: string, states: readonly FileState[], now: number): string | null {
  const uncertain = states.filter(([, , mtimeMs]) => mtimeMs > now - UNCERTAIN_MS)
  return uncertain.length === 0 ? null : endsHash(root, uncertain)
}

/** Whether the files a guard was made of still have the ends they had. */
export function keepsGuard(root: string, states: readonly FileState[], guard: string | null, madeAt: number): boolean {
  if (guard === null) return true
  return (
    endsHash(
      root,
      states.filter(([, , mtimeMs]) => mtimeMs > madeAt - UNCERTAIN_MS),
    ) === guard
  )
}

/** What a file is on every machine that has a copy of it: its size, and a hash of its ends. */
export type FileTag = [path: string, size: number, ends: string]

/** Tags of files below a root, as they are now; a file that is gone has none. */
export function tagsOf(root: string, paths: readonly string[]): FileTag[] {
  return statesOf(root, paths).map(state => [state[0], state[1], endsHash(root, [state])])
}

function endsHash(root: string, states: readonly FileState[]): string {
  const ends = states.map(([path, size]) => {
    const buffer = Buffer.alloc(GUARD_BYTES * 2)
    try {
      const file = openToRead(join(root, path))
      readSync(file, buffer, 0, GUARD_BYTES, 0)
      readSync(file, buffer, GUARD_BYTES, GUARD_BYTES, Math.max(0, size - GUARD_BYTES))
      closeSync(file)
    } catch {
      return 'unreadable'
    }
    return hash('sha1', buffer)
  })
  return hash('sha1', ends.join(' '))
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

/** Write a small file so that a reader, or a crash, finds the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  const file = openSync(`${path}.tmp`, 'w')
  {
    using _file = closingFile(file)
    writeAll(file, Buffer.from(text))
    fsyncSync(file)
  }
  renameSync(`${path}.tmp`, path)
  syncPath(dirname(path))
}

/** Wait until a file, or the names in a folder, are on the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  using _file = closingFile(file)
  fsyncSync(file)
}
