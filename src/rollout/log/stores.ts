import { constants, copyFileSync, mkdtempSync, readSync, realpathSync, rmSync, type Stats, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { closingFile } from '../../disk/closing-file.ts'
import { kindOf, openToRead } from '../../disk/regular-file.ts'
import { sqlite } from '../../disk/sqlite.ts'
import { TracewrightError } from '../../errors.ts'

/**
 * SQLite files of others, opened to be read. They may be written all the while: what is not in the file itself yet, or has to be taken
 * back out of it, stands in the logs beside it. With one of them a copy of all is opened, because SQLite would write beside the original.
 * A file without is opened in place, and anew once it has changed: pages of two states make no database.
 */
export class Stores {
  private readonly current = new Map<string, Opened>()
  private readonly outdated: Opened[] = [] // what reads from them goes on

  /** Open a file by its absolute path, or have it as it was opened before where nothing has changed since. */
  async open(path: string, onOpen: () => void): Promise<DatabaseSync> {
    const file = realpathSync(path) // SQLite's own name for it: its logs lie beside what a link leads to
    const kind = kindOf(statSync(file))
    if (kind !== null) throw new TracewrightError('rollout', `Cannot read '${path}': found ${kind}, expected a regular file`)
    const known = this.current.get(file)
    if (known !== undefined && ('folder' in known || known.state === stateOf(file))) return known.database
    if (known !== undefined) this.outdated.push(known)
    const { DatabaseSync } = await sqlite()
    onOpen()
    const state = stateOf(file)
    const opened = hasLog(file) ? fromCopy(file, DatabaseSync) : { database: new DatabaseSync(inPlace(file), { readOnly: true }), state }
    this.current.set(file, opened)
    return opened.database
  }

  /** What a file is that is read in place: while it stays so, all that is read of it is of one time. Null: a copy is read. */
  stateInPlace(path: string): string | null {
    const file = realpathSync(path)
    const known = this.current.get(file)
    return (known !== undefined && 'folder' in known) || hasLog(file) ? null : stateOf(file)
  }

  /** Close all and remove the copies. */
  [Symbol.dispose](): void {
    for (const opened of [...this.current.values(), ...this.outdated.splice(0)]) {
      opened.database.close()
      if ('folder' in opened) rmSync(opened.folder, { recursive: true, force: true })
    }
    this.current.clear()
  }
}

/** A copy stays as it is; what is opened in place may change. */
type Opened = { database: DatabaseSync } & ({ folder: string } | { state: string })

/** What was written and is not in the file yet; and what was overwritten in it by what never came to its end. */
const LOGS = ['-wal', '-journal']

/** A file whose log began anew while they were copied is copied again, so many times. */
const ATTEMPTS = 5

function fromCopy(file: string, Database: typeof DatabaseSync): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-'))
  try {
    const target = join(folder, basename(file))
    const isOfOneTime = copyWhole(file, target)
    const database = new Database(target)
    if (!isOfOneTime) expectSound(database, file)
    return { database, folder }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Copy a file and its logs, and say whether they belong together. They do where each log is the one it was at the start, however it grew
 * and whatever was moved: it is copied last, and holds all that came into the file meanwhile, or what that took the place of.
 */
function copyWhole(file: string, target: string): boolean {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = LOGS.map(log => logId(file, log))
    copyFileSync(file, target, constants.COPYFILE_FICLONE)
    for (const log of LOGS) {
      rmSync(`${target}${log}`, { force: true })
      if (logFacts(file, log) !== null) copyLog(`${file}${log}`, `${target}${log}`)
    }
    if (LOGS.every((log, i) => logId(file, log) === before[i])) return true
  }
  return false
}

/** What tells a log from the next one of its name: its number on the disk, and the part of its head that is drawn for each. */
function logId(file: string, log: string): string | null {
  const facts = logFacts(file, log)
  if (facts === null) return null
  try {
    return `${facts.ino} ${headOf(`${file}${log}`).subarray(DRAWN_FROM).toString('hex')}`
  } catch {
    return null // gone
  }
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  const descriptor = openToRead(file)
  using _file = closingFile(descriptor)
  readSync(descriptor, head, 0, HEAD_BYTES, 0)
  return head
}

/** In a write-ahead log behind this stand its count and salts, in a journal its nonce. */
const DRAWN_FROM = 12
const HEAD_BYTES = 28

/** A log is gone as soon as its program has no more need of it. */
function copyLog(log: string, target: string): void {
  try {
    copyFileSync(log, target, constants.COPYFILE_FICLONE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function expectSound(database: DatabaseSync, file: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (found === 'ok') return
  database.close()
  throw new TracewrightError(
    'rollout',
    `Cannot copy '${file}': its log began anew each of ${ATTEMPTS} times, and the last copy is not sound; read it again when its program rests`,
  )
}

/** Nothing is locked: the program that a file is of must not have to wait for us. */
function inPlace(file: string): string {
  return `file:${encodeURI(file).replaceAll('?', '%3f').replaceAll('#', '%23')}?immutable=1`
}

function hasLog(file: string): boolean {
  return LOGS.some(log => logFacts(file, log) !== null)
}

/** With the number that SQLite counts up with each change: two may come within one tick of the clock. */
function stateOf(file: string): string {
  const own = statSync(file, { bigint: true })
  const logs = LOGS.map(log => logFacts(file, log)?.ino ?? '')
  return `${own.ino} ${own.size} ${own.mtimeNs} ${headOf(file).subarray(24, 28).toString('hex')} ${logs}`
}

function logFacts(file: string, log: string): Stats | null {
  const facts = statSync(`${file}${log}`, { throwIfNoEntry: false })
  return facts?.isFile() === true && facts.size > 0 ? facts : null
}
