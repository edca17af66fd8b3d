import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type LabelManifest, labelColumnsFile, labelManifestFile } from '../dataset/label-columns.ts'
import { AppendFile } from '../disk/append-file.ts'
import { makeFolder } from '../disk/made-folders.ts'
import { readText } from '../disk/read-file.ts'
import { WholeFile } from '../disk/whole-file.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject } from '../json/json.ts'
import type { Row } from '../row.ts'

/**
 * What was said of the sessions of a store, as columns, in a file that is appended to: the last line of a session counts. Its manifest says
 * for which state of the store and of the events the lines stand, and is written after them.
 */
export class PlacedColumns {
  private readonly path: string
  private readonly manifestPath: string

  constructor(store: string) {
    this.path = labelColumnsFile(store)
    this.manifestPath = labelManifestFile(store)
  }

  /** The manifest, where the lines it speaks of are there and of this store; null: they have to be made anew. */
  manifestFor(store: string): LabelManifest | null {
    const manifest = existsSync(this.manifestPath) ? readJsonOr(readText(this.manifestPath)) : null
    if (!isObject(manifest) || manifest['layout'] !== 1 || manifest['store'] !== store) return null
    const isWhole = manifest['bytes'] === (statSync(this.path, { throwIfNoEntry: false })?.size ?? 0)
    return isWhole && Array.isArray(manifest['lost']) && Array.isArray(manifest['names']) ? (manifest as unknown as LabelManifest) : null
  }

  /** Whether so many lines are to be written anew rather than appended to. */
  isLoose({ lines, rows }: LabelManifest): boolean {
    return lines > 2 * rows + LOOSE_LINES
  }

  /** Say what was said of some sessions; null: nothing stands any more. */
  append(rows: ReadonlyMap<string, Row | null>, before: LabelManifest, next: Omit<LabelManifest, 'layout' | 'lines' | 'bytes'>): void {
    makeFolder(dirname(this.path))
    using file = new AppendFile(this.path)
    let line = before.lines
    file.append([...rows].map(([trace_id, row]) => ({ line: line++, ...(row ?? { trace_id, is_gone: true }) })))
    this.write({ layout: 1, ...next, lines: line, bytes: file.bytes })
  }

  /** Say what was said of all sessions. */
  replace(rows: Iterable<Row>, next: Omit<LabelManifest, 'layout' | 'lines' | 'bytes'>): void {
    const file = new WholeFile(this.path)
    let [line, bytes] = [0, 0]
    for (const row of rows) {
      const text = `${writeJson({ line: line++, ...row })}\n`
      bytes += Buffer.byteLength(text)
      file.write(text)
    }
    file.close()
    this.write({ layout: 1, ...next, lines: line, bytes })
  }

  private write(manifest: LabelManifest): void {
    const file = new WholeFile(this.manifestPath)
    file.write(`${writeJson(manifest)}\n`)
    file.close()
  }
}

/** Lines that no longer count before the file is written anew. */
const LOOSE_LINES = 1000
