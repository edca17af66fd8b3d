import { hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { closingFile } from '../../disk/closing-file.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { States } from '../../rollout/log/resume.ts'

/** What readings of growing logs have left in a store, a file for each unit. Any of them may be missing: then the log is read anew. */
export class StateFolder {
  private readonly folder: string

  constructor(store: string) {
    this.folder = join(store, 'resume')
  }

  /** The states of a unit, by its id in the index. A unit has one file. */
  of(id: string): States {
    const file = join(this.folder, nameOf(id))
    return {
      load: (_path, read) => load(file, read),
      isWanted: (_path, from, to) => to >= MIN_LOG_BYTES && to - from >= to * GROWTH,
      save: (_path, pieces) => this.save(file, pieces),
    }
  }

  /** Remove the state of a unit: going on from it has failed. */
  forget(id: string): void {
    rmSync(join(this.folder, nameOf(id)), { force: true })
  }

  /** Remove the states of all other units, and those that are too much. */
  sweep(ids: Iterable<string>, limit = MAX_BYTES): void {
    const files = this.files()
    if (files.length === 0) return
    const kept = new Set([...ids].map(nameOf))
    let left = limit
    for (const { name, size } of files) {
      if (kept.has(name)) left -= size
      if (!kept.has(name) || left < 0) rmSync(join(this.folder, name), { force: true })
    }
  }

  /** What lies in the folder, used last first. */
  private files(): { name: string; size: number; used: number }[] {
    try {
      const files = readdirSync(this.folder).map(name => {
        const { size, mtimeMs } = statSync(join(this.folder, name))
        return { name, size, used: mtimeMs }
      })
      return files.sort((a, b) => b.used - a.used)
    } catch {
      return [] // there is no folder yet
    }
  }

  /** A state that cannot be written is not worth an error: where the disk is full, rows cannot be written either. */
  private save(file: string, pieces: readonly Buffer[]): void {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (size > MAX_BYTES / 2) return
    try {
      makeFolder(this.folder)
      write(`${file}.tmp`, pieces)
      renameSync(`${file}.tmp`, file)
    } catch {
      // The log is read anew the next time.
    }
  }
}

/** Shorter logs are read anew in the time it takes to look for a state. */
const MIN_LOG_BYTES = 1 << 20

/** All states of a store may take this much; those that were not used for longest go. */
const MAX_BYTES = 512 << 20

/** A state is written again when the log has grown by this part of it: to read less than that again is nothing beside writing all. */
const GROWTH = 1 / 16

function nameOf(id: string): string {
  return hash('sha1', id)
}

function write(path: string, pieces: readonly Buffer[]): void {
  const file = openSync(path, 'w')
  try {
    using _file = closingFile(file)
    for (const piece of pieces) writeAll(file, piece)
  } catch (error) {
    rmSync(path, { force: true }) // of a disk that is full, nothing shall be kept for this
    throw error
  }
}

function load<T>(path: string, read: (take: (length: number) => Buffer) => T): T | null {
  let file: number | null = null
  try {
    file = openToRead(path)
    const value = read(taker(file))
    const now = new Date()
    if (value !== null) utimesSync(path, now, now)
    return value
  } catch {
    return null // none, or damaged
  } finally {
    if (file !== null) closeSync(file)
  }
}

/** Gives the next bytes of a file, in a buffer that is used again. */
function taker(file: number): (length: number) => Buffer {
  let left = fstatSync(file).size
  let buffer = Buffer.allocUnsafeSlow(Math.min(left, 1 << 20))
  return length => {
    left -= length
    if (left < 0) throw new RangeError(`Cannot read state: expected ${length} more bytes, it ends before`)
    if (length > buffer.length) buffer = Buffer.allocUnsafeSlow(length)
    for (let at = 0; at < length; ) {
      const read = readSync(file, buffer, at, length - at, null)
      if (read === 0) throw new RangeError(`Cannot read state: expected ${length - at} more bytes, it ends before`)
      at += read
    }
    return buffer.subarray(0, length)
  }
}
