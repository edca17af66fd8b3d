import { AsyncLocalStorage } from 'node:async_hooks'
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { closingFile } from '../../disk/closing-file.ts'
import { piecesOf } from '../../disk/file-pieces.ts'
import type { OpenFile } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import { readJsonOr } from '../../json/exact.ts'
import type { Json } from '../../json/json.ts'
import { fnmatch } from '../../python/fnmatch.ts'
import { sortCodePoints } from '../../python/text.ts'
import { systemReason } from '../../system-error.ts'
import { Beginnings } from './beginnings.ts'
import { Containment, leavesRoot } from './containment.ts'
import { EndWords } from './end-words.ts'
import type { FileFacts, ListOptions, Skipped } from './listing.ts'
import { readPart, viewPart } from './part.ts'
import { Stores } from './stores.ts'
import type { Touched, Watched } from './touched.ts'
import { TornArchive, unfold } from './zstd-frames.ts'

export type { FileFacts, ListOptions, Skipped } from './listing.ts'
export type { Touched, Watched } from './touched.ts'

/**
 * Everything a format may read, below one root. All paths are relative to the root, with `/`; a path that leaves the root is an
 * error, also by way of a symbolic link. Limits and decompression live here and nowhere else.
 */
export class Source {
  /** Absolute path of the folder. */
  readonly root: string
  /** What was read so far; tests count with it. */
  readonly counts = {
    /** Files that were opened. */
    opened: 0,
    /** Bytes that were read. */
    bytes: 0,
  }
  /** Words that may stand at the ends of the files whose beginnings are read. */
  readonly ends = new EndWords()
  /** Which of them begin alike. */
  readonly began = new Beginnings()
  private readonly stores = new Stores()
  private readonly memory = new Map<string, Watched<unknown>>()
  private readonly inside: Containment
  private opened: string | null = null // what was opened last, which lies inside
  private readonly watching = new AsyncLocalStorage<Touched>()

  constructor(root: string) {
    this.root = realpathSync(root)
    this.inside = new Containment(this.root)
  }

  /** Absolute path of a root-relative one. Throws where it leaves the root. */
  absolute(path: string): string {
    const full = resolve(this.root, path)
    if (full !== this.opened && !this.inside.holds(full)) throw leavesRoot(path, this.root)
    return full
  }

  /** Root-relative form of an absolute path, as logs name other files; null where it lies outside the root. */
  relative(absolutePath: string): string | null {
    const full = resolve(absolutePath)
    return this.inside.contains(full) ? relative(this.root, full).split(sep).join('/') : null
  }

  /** Files whose base name matches a pattern, in code-point order. Links that leave the root or close a loop are reported, not followed. */
  list(options: ListOptions): string[] {
    const tests = options.patterns.map(fnmatch)
    const found: string[] = []
    const pending = [options.folder ?? '']
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      for (const entry of this.entries(folder, options.skipped)) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory()) {
          if (options.recursive) pending.push(path)
        } else if (tests.some(test => test(entry.name)) && (entry.isFile() || this.isLinkToFile(path, options.skipped))) found.push(path)
      }
    }
    return sortCodePoints(found)
  }

  /** Size and modification time, or null where there is no such file below the root; logs name files that are nowhere, or elsewhere. */
  facts(path: string): FileFacts | null {
    const full = resolve(this.root, path)
    const seen = path.includes('\0') ? null : this.inside.look(full)
    if (seen === null) return null
    const { stats } = seen
    if (stats?.isFile()) return { size: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino }
    this.watching.getStore()?.absent.add(path)
    return null
  }

  /** Names of the files and folders in a folder; empty where there is no such folder. */
  names(folder: string): string[] {
    try {
      const full = resolve(this.root, folder)
      // Most folders that are asked for are not there, and to be told so by an error costs several times as much.
      return !this.inside.lacks(full) && this.inside.look(full)?.stats?.isDirectory() ? sortCodePoints(readdirSync(full)) : []
    } catch {
      return []
    }
  }

  /**
   * The file's bytes, a piece at a time, from byte `start` on; `.zst` files are decompressed, and one that is torn throws TornArchive
   * behind what unfolds. A piece is good until the next one is asked for, which may overwrite it: who wants to keep bytes copies them.
   */
  async *chunks(path: string, start = 0): AsyncIterable<Buffer> {
    if (path.endsWith('.zst')) yield* unfold(this.plain(path, 0))
    else yield* this.plain(path, start)
    this.watching.getStore()?.read.add(path)
  }

  /** The first bytes of a file, decompressed. */
  async head(path: string, bytes = 65536): Promise<Buffer> {
    if (!path.endsWith('.zst')) return this.headOfPlain(path, bytes)
    const pieces: Buffer[] = []
    let length = 0
    try {
      for await (const piece of unfold(this.plain(path, 0))) {
        pieces.push(piece)
        length += piece.length
        if (length >= bytes) break
      }
    } catch (error) {
      if (!(error instanceof TornArchive)) throw error
    }
    return Buffer.concat(pieces).subarray(0, bytes)
  }

  /** The same of a file that is not compressed, at once: where many are looked at, to await each takes longer than to read it. */
  headOfPlain(path: string, bytes: number): Buffer {
    return this.lookInto(path, opened => {
      const head = this.read(opened, 0, bytes)
      this.counts.bytes += this.ends.note(path, opened, head)
      return head
    })
  }

  /** Look at the same of a file that was listed, where it is read to: it is good until `look` returns. */
  glance<T>(path: string, bytes: number, look: (head: Buffer) => T): T {
    return this.lookInto(
      path,
      opened => {
        const head = viewPart(opened, 0, bytes)
        const seen = look(head)
        this.counts.bytes += head.length + this.ends.note(path, opened, head)
        return seen
      },
      sep === '/' ? `${this.root}/${path}` : undefined,
    )
  }

  /** Bytes of a file that is not compressed, from one of them on; fewer where it ends before. */
  part(path: string, start: number, bytes: number): Buffer {
    return this.lookInto(path, opened => this.read(opened, start, bytes))
  }

  /** The last bytes of a file that is not compressed. */
  tail(path: string, bytes: number): Buffer {
    return this.lookInto(path, opened => this.read(opened, Math.max(0, opened.size - bytes), bytes))
  }

  /** A small file as text, without a byte order mark and the NUL bytes that a crash left behind it; null where it does not exist. Throws above `limit` bytes. */
  async text(path: string, limit = MAX_SIDE_FILE_BYTES): Promise<string | null> {
    const facts = this.facts(path)
    if (facts === null) {
      this.absolute(path) // which throws where it leads out
      return null
    }
    if (facts.size > limit)
      throw new TracewrightError('rollout', `Cannot read whole file: ${facts.size} bytes, expected at most ${limit}`, { where: path })
    const pieces: Buffer[] = []
    for await (const piece of this.chunks(path)) pieces.push(Buffer.from(piece))
    return withoutNulBehind(Buffer.concat(pieces))
      .toString('utf8')
      .replace(/^\uFEFF/, '')
  }

  /** A small JSON file; null where it does not exist or is not JSON. */
  async json(path: string, limit = MAX_SIDE_FILE_BYTES): Promise<Json> {
    const text = await this.text(path, limit)
    return text === null ? null : (readJsonOr(text) ?? null)
  }

  /**
   * A SQLite file, read-only, with what its logs hold. Neither it nor anything beside it is written.
   */
  database(path: string): Promise<DatabaseSync> {
    this.watching.getStore()?.read.add(path)
    return this.stores.open(this.absolute(path), () => this.counts.opened++)
  }

  /** What a file is that `database` reads in place, and not from a copy; null where it is copied, or not there. */
  stateInPlace(path: string): string | null {
    return this.facts(path) === null ? null : this.stores.stateInPlace(this.absolute(path))
  }

  /** Compute something that many units need (an index, a header) once for this source, and again when it was long not asked for. */
  shared<T>(name: string, make: () => T): T {
    let known = this.memory.get(name)
    // What was asked for longest ago has to be known only where something must go.
    if (known !== undefined && this.memory.size === MAX_SHARED) this.memory.delete(name)
    known ??= this.watch(make)
    this.memory.set(name, known)
    if (this.memory.size > MAX_SHARED) this.memory.delete(this.memory.keys().next().value!)
    const { value, touched } = known
    // Most look at nothing, and are asked for by every unit.
    const mayTouch = value instanceof Promise || touched.read.size + touched.absent.size + touched.shared.length > 0
    if (mayTouch) this.watching.getStore()?.shared.push(touched)
    return value as T
  }

  /** Note that the work depends on a file whose content it knows, as if it had read it. */
  dependOn(path: string): void {
    this.watching.getStore()?.read.add(path)
  }

  /** Do something and note which files it looks at; the note is whole when the work is. */
  watch<T>(work: () => T): Watched<T> {
    const touched: Touched = { read: new Set(), absent: new Set(), shared: [] }
    return { value: this.watching.run(touched, work), touched }
  }

  /** Close databases and remove their copies. */
  [Symbol.dispose](): void {
    this.stores[Symbol.dispose]()
  }

  private entries(folder: string, skipped: Skipped[] | undefined) {
    try {
      return readdirSync(join(this.root, folder), { withFileTypes: true })
    } catch (error) {
      skipped?.push({ path: folder, reason: `Cannot list folder: ${systemReason(error)}` })
      return []
    }
  }

  private isLinkToFile(path: string, skipped: Skipped[] | undefined): boolean {
    let target: string
    try {
      target = realpathSync(join(this.root, path))
    } catch {
      skipped?.push({ path, reason: 'Symbolic link leads nowhere or to itself' })
      return false
    }
    if (this.inside.contains(target)) return statSync(target).isFile()
    skipped?.push({ path, reason: 'Symbolic link leaves the folder that is read' })
    return false
  }

  private lookInto<T>(path: string, look: (opened: OpenFile) => T, full = resolve(this.root, path)): T {
    this.counts.opened++
    const opened = this.openFile(path, full)
    using _file = closingFile(opened.file)
    return look(opened)
  }

  private read(opened: OpenFile, start: number, bytes: number): Buffer {
    const part = readPart(opened, start, bytes)
    this.counts.bytes += part.length
    return part
  }

  private openFile(path: string, full = resolve(this.root, path)): OpenFile {
    const file = this.inside.open(full)
    if (file === null) throw leavesRoot(path, this.root)
    this.opened = full
    return file
  }

  private async *plain(path: string, start: number): AsyncIterable<Buffer> {
    this.counts.opened++
    for (const piece of piecesOf(this.openFile(path).file, start)) {
      this.counts.bytes += piece.length
      yield piece
    }
  }
}

function withoutNulBehind(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

/** Documents that a format reads whole (indexes, result files) are refused above this size. */
const MAX_SIDE_FILE_BYTES = 64 << 20

/** Things computed once are kept for this many names; older ones are computed again when they are asked for. */
const MAX_SHARED = 512
