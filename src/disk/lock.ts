import { closeSync, openSync, readdirSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf, TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'
import { claimBetweenHosts, isBetweenHosts } from './host-claim.ts'
import { makeFolder } from './made-folders.ts'
import { sqlite } from './sqlite.ts'

/** Being the only writer of a folder, until it is released or the process ends. `begun`: something was begun in it; else nothing stays. */
export type FolderLock = { release(how?: { begun: boolean }): void }

/** What the folder is to be called where the lock cannot be had, and who holds it then. */
export type LockWords = { what: string; holder: string }

/**
 * Be the only writer of a folder, which is made where it is not there. The lock is the operating system's, taken on a file by SQLite:
 * it ends with the process that holds it however that ends, and nobody has to judge whether a process still lives. Where the folder
 * lies on a file system that other hosts may write to, a claim of this host's stands beside it. Throws where another holds it.
 */
export async function lockFolder(folder: string, words: LockWords): Promise<FolderLock> {
  const { DatabaseSync } = await sqlite()
  const isMade = made(folder, words)
  const isEmpty = isMade || readdirSync(folder).length === 0
  const path = join(realpathSync(folder), LOCK_FILE)
  if (held.has(path)) throw isHeld(folder, words)
  held.add(path)
  let database: import('node:sqlite').DatabaseSync | null = null
  try {
    for (;;) {
      const before = identityOf(path)
      database = new DatabaseSync(path, { timeout: 0 })
      database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
      // A holder that leaves an empty folder takes its file along: what was locked then is no longer the file of that name.
      if (before !== null && identityOf(path) === before) break
      database.close()
      database = null
    }
    if (isBetweenHosts(folder)) claimBetweenHosts(folder, words)
  } catch (error) {
    database?.close()
    held.delete(path)
    if (error instanceof TracewrightError) throw error
    if (/locked/.test(messageOf(error))) throw isHeld(folder, words)
    throw new TracewrightError('file', `Cannot lock ${words.what} '${folder}': ${systemReason(error)}`, { cause: error })
  }
  const holding = database
  return {
    release({ begun } = { begun: true }) {
      if (!held.delete(path)) return
      if (isEmpty) removeEmpty(folder, isMade)
      // Who waits for this file learns that it is another by now.
      if (!isMade && !begun) rmSync(path, { force: true })
      holding.close()
    },
  }
}

const LOCK_FILE = '.lock'

/** Lock files of this process. The system's locks belong to a process: it would give them to itself twice. */
const held = new Set<string>()

function made(folder: string, { what }: LockWords): boolean {
  try {
    return makeFolder(resolve(folder))
  } catch (error) {
    throw new TracewrightError('file', `Cannot make ${what} '${folder}': ${systemReason(error)}`, { cause: error })
  }
}

/** What tells the file of a name from every other that has had or will have it; it is made where it is not there. */
function identityOf(path: string): string | null {
  try {
    // To open a file that is there, and close it, would let go of the locks this process has on it.
    closeSync(openSync(path, 'wx'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? null : `${stats.dev} ${stats.ino} ${stats.birthtimeNs}`
}

/** Take away what the lock has put into a folder in which nothing was begun, and the folder where it was made for it. */
function removeEmpty(folder: string, isMade: boolean): void {
  try {
    const names = readdirSync(folder)
    if (!names.every(name => name.startsWith(LOCK_FILE))) return
    for (const name of names) rmSync(join(folder, name))
    if (isMade) rmdirSync(folder)
  } catch {
    // Another has begun something in it.
  }
}

function isHeld(folder: string, { what, holder }: LockWords): TracewrightError {
  return new TracewrightError('file', `Cannot write ${what} '${folder}': ${holder} is writing it`, {
    hint: 'Wait for it to finish, or use another folder',
  })
}
