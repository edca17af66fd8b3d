import { copyFileSync, existsSync, linkSync, openSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { closingFile } from '../../disk/closing-file.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { readBytes } from '../../disk/read-file.ts'
import { syncFile } from '../../disk/sync.ts'
import { TracewrightError } from '../../errors.ts'
import { systemReason } from '../../system-error.ts'
import { defineHome, type HomeFile, type HomeKey, putOneByOne, type RunHome } from './home.ts'

/** A folder as a home, on this machine or on a file system that many machines share. A key is made once by giving a whole file its name. */
class FolderHome implements RunHome {
  readonly place: string
  readonly folder: string

  constructor(place: string) {
    this.place = place
    this.folder = resolve(place)
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    const path = this.pathOf(key)
    return guarded(path, () => {
      if (existsSync(path)) return false
      const growing = beside(path, bytes)
      try {
        linkSync(growing, path)
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        // On NFS the answer to a link that was made may be lost, and asked for again.
        return statSync(growing).nlink === 2
      } finally {
        rmSync(growing, { force: true })
      }
    })
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.pathOf(key)
    guarded(path, () => renameSync(beside(path, bytes), path))
  }

  async putFile(key: string, from: string): Promise<void> {
    this.replace(key, growing => copyFileSync(from, growing))
  }

  async putAll(files: readonly HomeFile[], removed: readonly string[]): Promise<void> {
    await putOneByOne(this, files, removed)
  }

  async get(key: string): Promise<Buffer | null> {
    const path = this.pathOf(key)
    return guarded(path, () => (existsSync(path) ? readBytes(path) : null))
  }

  async copy(from: string, to: string): Promise<void> {
    this.replace(to, growing => {
      try {
        linkSync(this.pathOf(from), growing)
      } catch {
        copyFileSync(this.pathOf(from), growing)
      }
    })
  }

  async list(prefix: string): Promise<HomeKey[]> {
    const top = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    const folder = join(this.folder, top)
    if (!existsSync(folder)) return []
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    const below = (path: string) => path.slice(this.folder.length + 1).replaceAll('\\', '/')
    return entries
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => ({ path, stats: statSync(path, { throwIfNoEntry: false }) }))
      .map(({ path, stats }) => ({ key: below(path), bytes: stats?.size ?? 0, tag: String(stats?.mtimeMs) }))
      .filter(({ key }) => key.startsWith(prefix) && !GROWING.test(key))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  async names(folder: string): Promise<string[]> {
    const path = this.pathOf(folder)
    const entries = guarded(path, () => (existsSync(path) ? readdirSync(path, { withFileTypes: true }) : []))
    const names = entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    return names.filter(name => !GROWING.test(name)).sort()
  }

  async remove(key: string): Promise<void> {
    const path = this.pathOf(key)
    guarded(path, () => rmSync(path, { force: true }))
  }

  async removeBelow(prefix: string): Promise<void> {
    const path = this.pathOf(prefix)
    guarded(path, () => rmSync(path, { recursive: true, force: true }))
  }

  private replace(key: string, write: (growing: string) => void): void {
    const path = this.pathOf(key)
    guarded(path, () => {
      makeFolder(dirname(path))
      const growing = growingName(path)
      write(growing)
      renameSync(growing, path)
      rmSync(growing, { force: true }) // two names of one file are not renamed into one another
    })
  }

  private pathOf(key: string): string {
    return join(this.folder, key)
  }
}

/** A folder as a home. */
export const folder = defineHome({
  name: 'folder',
  description: 'A folder, on this machine or on a file system that many machines share; it must have hard links',
  example: 'runs/summaries',
  matches: place => !/^[a-z][a-z0-9+.-]+:\/\//i.test(place),
  open: place => new FolderHome(place),
})

const GROWING = /\.growing-[0-9a-f]+$/

function growingName(path: string): string {
  return `${path}.growing-${crypto.randomUUID().replaceAll('-', '')}`
}

/** The bytes in a file of their own, safe from a power failure before it gets its name. */
function beside(path: string, bytes: Uint8Array): string {
  makeFolder(dirname(path))
  const growing = growingName(path)
  const file = openSync(growing, 'wx')
  {
    using _file = closingFile(file)
    writeFileSync(file, bytes)
    syncFile(file)
  }
  return growing
}

function guarded<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    const { code } = error as NodeJS.ErrnoException
    const hint = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(code ?? '')
    throw new TracewrightError('file', `Cannot write '${path}': ${systemReason(error)}`, {
      cause: error,
      ...(hint ? { hint: 'A home needs a file system with hard links, or storage that is S3-compatible' } : {}),
    })
  }
}
