import { constants, lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { type OpenFile, openRegular } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'

/** Tells what lies inside a root, whose path has no links in it. */
export class Containment {
  private readonly root: string
  private readonly folders = new Map<string, number>() // that lie inside, and when that was seen
  private latest = { begins: '\0', until: 0 } // how paths begin that are in the folder that was asked for last

  constructor(root: string) {
    this.root = root
  }

  /** Whether a path is the root's or below it, as it is written. */
  contains(path: string): boolean {
    return path === this.root || path.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep)
  }

  /** Whether a path lies inside, and no link on the way leads out; what is not there leads nowhere. */
  holds(path: string): boolean {
    return this.look(path) !== null
  }

  /** Whether nothing stands at a path below the root, wherever links on the way lead: one look tells. */
  lacks(path: string): boolean {
    return !this.contains(path) || lookedAt(lstatSync, path) === null
  }

  /** What stands at a path, by one look where it is no link; null where it leads out. */
  look(path: string): { stats: Stats | null } | null {
    if (!this.isBelowOwnFolders(path)) return null
    const stats = lookedAt(lstatSync, path)
    if (path === this.root || stats === null || !stats.isSymbolicLink()) return { stats }
    const target = realPath(path)
    return target === null || this.contains(target) ? { stats: lookedAt(statSync, path) } : null
  }

  /** Open a file to read, and nothing but a file; null where its path leads out. A link is not followed before it was looked at. */
  open(path: string): OpenFile | null {
    if (NO_LINK === undefined) return this.holds(path) ? openRegular(path) : null
    if (!this.isBelowOwnFolders(path)) return null
    try {
      return openRegular(path, NO_LINK)
    } catch (error) {
      if (!IS_LINK.has((error as NodeJS.ErrnoException).code)) throw error
      return this.holds(path) ? openRegular(path) : null
    }
  }

  /** Whether a path is below the root, and the folder it is in too, wherever links on the way lead. */
  private isBelowOwnFolders(path: string): boolean {
    // Files of one folder are looked at one after the other.
    const { begins, until } = this.latest
    if (path.startsWith(begins) && path.indexOf(sep, begins.length) < 0 && performance.now() < until) return true
    return path === this.root || (this.contains(path) && this.holdsFolder(dirname(path)))
  }

  private holdsFolder(folder: string): boolean {
    const seen = this.folders.get(folder)
    if (seen === undefined || performance.now() - seen >= FOLDER_MS) {
      const real = realPath(folder)
      if (real === null) return true
      if (!this.contains(real)) return false
      if (this.folders.size >= MAX_FOLDERS) this.folders.clear()
      this.folders.set(folder, performance.now())
    }
    this.latest = { begins: folder + sep, until: this.folders.get(folder)! + FOLDER_MS }
    return true
  }
}

/** For how long, and of how many folders, it is remembered that they lie inside: a folder may give way to a link while it is watched. */
const FOLDER_MS = 1000
const MAX_FOLDERS = 4096

/** Opening fails for a link, so that nobody has to look before; not there on Windows. */
const NO_LINK: number | undefined = constants.O_NOFOLLOW

/** How systems say so. */
const IS_LINK: ReadonlySet<string | undefined> = new Set(['ELOOP', 'EMLINK'])

function realPath(path: string): string | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? null : realpathSync.native(path)
  } catch {
    return null
  }
}

/** Null where nothing can be there: names can be too long, or hold a NUL. */
function lookedAt(stat: typeof statSync | typeof lstatSync, path: string): Stats | null {
  try {
    return (stat as typeof statSync)(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

/** Says that a path leads out of the folder that is read. */
export function leavesRoot(path: string, root: string): TracewrightError {
  return new TracewrightError('rollout', `Cannot read '${path}': it lies outside the folder that is read, ${root}`)
}
