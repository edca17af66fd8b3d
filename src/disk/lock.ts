import { closeSync, openSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { closing } from '../closing.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'
import { claimBetweenHosts, isBetweenHosts } from './host-claim.ts'
import { makeFolder, outermostMissing, removeEmptyFolders } from './made-folders.ts'
import { refuseIrregular } from './regular-file.ts'
import { sqlite } from './sqlite.ts'

/**
 * Being the only writer of a folder, until it is released, by `using` as having begun something, or the process ends. `begun`: something was begun in it; else nothing stays of
 * the lock. Where the folder was empty and is again, nothing stays in either case, nor do folders that were made for it.
 */
export type FolderLock = Disposable & { release(how?: { begun: boolean }): void }

/** A folder has a writer already: what wants to write it can wait. */
export class FolderHeld extends TracewrightError {
  constructor(folder: string, { what, holder }: LockWords) {
    super('file', `Cannot write ${what} '${folder}': ${holder} is writing it`, { hint: 'Wait for it to finish, or use another folder' })
  }
}

/** What the folder is to be called where the lock cannot be had, and who holds it then. */
export type LockWords = { what: string; holder: string }

/**
 * Be the only writer of a folder, which is made where it is not there. The lock is the operating system's, taken on a file by SQLite:
 * it ends with the process that holds it however that ends, and nobody has to judge whether a process still lives. Where the folder
 * lies on a file system that other hosts may write to, a claim of this host's stands beside it. Throws `FolderHeld` where another holds it.
 */
export async function lockFolder(folder: string, words: LockWords): Promise<FolderLock> {
  const { DatabaseSync } = await sqlite()
  for (let failures = 0; ; ) {
    try {
      const lock = tryLock(DatabaseSync, folder, words)
      if (lock !== null) return lock
    } catch (error) {
      if (error instanceof TracewrightError) throw error
      if (/locked/.test(messageOf(error))) throw new FolderHeld(folder, words)
      if (++failures < MAX_FAILURES) continue
      const what = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? 'lock' : 'make'
      throw new TracewrightError('file', `Cannot ${what} ${words.what} '${folder}': ${systemReason(error)}`, { cause: error })
    }
  }
}

const LOCK_FILE = '.lock'

/** Lock files of this process. The system's locks belong to a process: it would give them to itself twice. */
const held = new Set<string>()

/** A holder that leaves nothing takes the file and the folder away from under those who try: they try anew, but not for ever. */
const MAX_FAILURES = 20

/** Take the lock. Null: the file that was locked is no longer the one of that name. */
function tryLock(DatabaseSync: typeof import('node:sqlite').DatabaseSync, folder: string, words: LockWords): FolderLock | null {
  const missing = outermostMissing(resolve(folder))
  makeFolder(resolve(folder))
  const isEmpty = readdirSync(folder).length === 0
  const path = join(realpathSync(folder), LOCK_FILE)
  if (held.has(path)) throw new FolderHeld(folder, words)
  makeFile(path)
  refuseIrregular(path, 'lock')
  const file = identityOf(path)
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
    if (file === null || identityOf(path) !== file) {
      database.close()
      return null
    }
    if (isBetweenHosts(folder)) claimBetweenHosts(folder, words)
  } catch (error) {
    database.close()
    throw error
  }
  held.add(path)
  const release: FolderLock['release'] = ({ begun } = { begun: true }) => {
    if (!held.delete(path)) return
    using _ = closing(database)
    // Only while it is there is what is there this lock's: once it is gone another may be in, with a file of the same name.
    if (identityOf(path) === file) removeLock(folder, path, { isEmpty, begun })
    if (missing !== null) removeEmptyFolders(resolve(folder), missing)
  }
  return { release, [Symbol.dispose]: () => release() }
}

function makeFile(path: string): void {
  try {
    // To open a file that is there, and close it, would let go of the locks this process has on it.
    closeSync(openSync(path, 'wx'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** What tells the file of a name from every other that has had or will have it; null where there is none. */
function identityOf(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? null : `${stats.dev} ${stats.ino} ${stats.birthtimeNs}`
}

/** Take the lock's files away where nothing was begun. The one that is locked goes last, for it keeps others out until then. */
function removeLock(folder: string, path: string, { isEmpty, begun }: { isEmpty: boolean; begun: boolean }): void {
  const names = readdirSync(folder)
  const isEmptyAgain = isEmpty && names.every(name => name.startsWith(LOCK_FILE))
  if (isEmptyAgain) for (const name of names) if (name !== LOCK_FILE) rmSync(join(folder, name), { force: true }) // SQLite makes some for a moment
  if (isEmptyAgain || !begun) rmSync(path)
}
