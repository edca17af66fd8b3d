import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { AppendLog } from '../../disk/append-log.ts'
import { readBytes } from '../../disk/read-file.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject, parseJson } from '../../json/json.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'

/** What a run could not make, in `rejects.jsonl`. What counts of it is what the manifest says. */
export class RunRejects {
  private readonly folder: RunFolder
  private log: AppendLog
  private count: number

  /** Open the file as the manifest says it is: what a kill left behind is taken back. */
  constructor(folder: RunFolder, manifest: RunManifest) {
    this.folder = folder
    if (manifest.rejects_replaced) this.swap(manifest)
    rmSync(`${folder.rejects}.next`, { force: true })
    this.log = new AppendLog(folder.rejects)
    this.log.truncate(manifest.rejects_bytes)
    this.count = manifest.rejects
  }

  /** What counts of a run's rejects, read without changing anything. `isWritten`: its process lives, and what it has put behind them is told, too. */
  static read(folder: RunFolder, manifest: RunManifest, { isWritten = false } = {}): JsonObject[] {
    const next = `${folder.rejects}.next`
    const path = manifest.rejects_replaced && existsSync(next) ? next : folder.rejects
    if (!existsSync(path)) return []
    const bytes = readBytes(path)
    const end = isWritten ? bytes.lastIndexOf(10) + 1 : manifest.rejects_bytes // a line may be half written
    return bytes.subarray(0, end).toString('utf8').split('\n').map(parseJson).filter(isObject)
  }

  /** What the manifest is to say for all of them to count. */
  get counted(): Pick<RunManifest, 'rejects' | 'rejects_bytes'> {
    return { rejects: this.count, rejects_bytes: this.log.bytes }
  }

  /** Add one. It counts when the manifest says so. */
  append(entry: JsonObject): void {
    this.log.append(entry)
    this.count++
  }

  /** Forget all of them. */
  clear(manifest: RunManifest): void {
    this.log.truncate(0)
    this.count = 0
    Object.assign(manifest, this.counted)
  }

  /** Replace all of them together with the manifest: whoever is killed in between leaves the old ones or the new ones. */
  replace(entries: readonly JsonObject[], manifest: RunManifest): void {
    const text = entries.map(entry => `${writeJson(entry)}\n`).join('')
    writeFileSync(`${this.folder.rejects}.next`, text, { flush: true })
    Object.assign(manifest, { rejects: entries.length, rejects_bytes: Buffer.byteLength(text), rejects_replaced: true })
    this.folder.writeManifest(manifest)
    this.log[Symbol.dispose]()
    this.swap(manifest)
    this.log = new AppendLog(this.folder.rejects)
    this.count = entries.length
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    this.log[Symbol.dispose]()
  }

  private swap(manifest: RunManifest): void {
    const next = `${this.folder.rejects}.next`
    if (existsSync(next)) renameSync(next, this.folder.rejects)
    manifest.rejects_replaced = false
    this.folder.writeManifest(manifest)
  }
}
