import { lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { TracewrightError } from '../../errors.ts'

/** For how long, and of how many folders, it is remembered that they lie inside: a folder may give way to a link while it is watched. */
const FOLDER_MS = 1000
const MAX_FOLDERS = 4096

/** Tells what lies inside a root, whose path has no links in it. */
export class Containment {
  private readonly root: string
  private readonly folders = new Map<string, number>() // that lie inside, and when that was seen

  constructor(root: string) {
    this.root = root
  }

  /** Whether a path is the root's or below it, as it is written. */
  contains(path: string): boolean {
    return path === this.root || path.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep)
  }

  /** Whether a path lies inside, and no link on the way leads out; what is not there leads nowhere. */
  holds(path: string): boolean {
    if (path === this.root) return true
    if (!this.contains(path) || !this.holdsFolder(dirname(path))) return false
    if (!isLink(path)) return true
    const target = realPath(path)
    return target === null || this.contains(target)
  }

  private holdsFolder(folder: string): boolean {
    const seen = this.folders.get(folder)
    if (seen !== undefined && performance.now() - seen < FOLDER_MS) return true
    const real = realPath(folder)
    if (real === null) return true
    if (!this.contains(real)) return false
    if (this.folders.size >= MAX_FOLDERS) this.folders.clear()
    this.folders.set(folder, performance.now())
    return true
  }
}

function realPath(path: string): string | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? null : realpathSync.native(path)
  } catch {
    return null
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
  } catch {
    return false
  }
}

/** Says that a path leads out of the folder that is read. */
export function leavesRoot(path: string, root: string): TracewrightError {
  return new TracewrightError('rollout', `Cannot read '${path}': it lies outside the folder that is read, ${root}`)
}
