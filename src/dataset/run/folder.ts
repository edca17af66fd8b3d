import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '../../disk/lock.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { type OwnNames, refuseOccupied } from '../../disk/overwrite.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, parseJson } from '../../json/json.ts'
import { ownValue } from '../../json/own.ts'
import { percentDecoded } from '../../percent-decoded.ts'
import type { RunManifest, RunPart } from './manifest.ts'
import { removePictures } from './pictures.ts'

/** How the command line goes on with a run: where it was given, and its words without the program. */
export type RunCommand = { cwd: string; resume: string[]; retry: string[] }

/** What was asked for the cells that failed, in the folder of a run. */
export const ASKED_KEY = 'cells/asked.jsonl'

/** The folder of one run: where its files are, its manifest, and the lock that keeps a second writer out. */
export class RunFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Whether a folder is that of a run, of whichever version. */
  static isRun(path: string): boolean {
    const file = join(path, 'manifest.json')
    const manifest = existsSync(file) ? parseJson(readText(file)) : null
    return isObject(manifest) && typeof manifest['config_hash'] === 'string' && Array.isArray(manifest['parts'])
  }

  /** Config as run, in Data Designer's schema. */
  get config(): string {
    return join(this.path, 'config.json')
  }

  /** Columns in the order they are computed, and what each reads. */
  get plan(): string {
    return join(this.path, 'plan.json')
  }

  /** What could not be made, one JSON object a line. */
  get rejects(): string {
    return join(this.path, 'rejects.jsonl')
  }

  /** Tokens and money. */
  get usage(): string {
    return join(this.path, 'usage.json')
  }

  /** Every reply of a model, by the hash of its question. */
  get cells(): string {
    return join(this.path, 'cells', 'replies.jsonl')
  }

  /** What was asked for the cells that failed: prompts and replies, by the ids that rejects name. */
  get asked(): string {
    return join(this.path, ASKED_KEY)
  }

  /** How far the run is and what it waits for, as its process says. */
  get progress(): string {
    return join(this.path, 'progress.json')
  }

  /** Where Parquet files of rows are: the dataset's, or those a processor made beside it. */
  parts(processor: string | null = null): string {
    return processor === null ? join(this.path, 'parts') : join(this.path, 'artifacts', encodeURIComponent(processor))
  }

  /** Where a processor puts what it makes of the whole dataset. */
  exports(processor: string): string {
    return join(this.path, 'exports', encodeURIComponent(processor))
  }

  /** Throws where the folder holds other things than a run, unless these are to stand beside it. */
  refuseOccupied(force: boolean): void {
    if (existsSync(join(this.path, 'manifest.json'))) return
    refuseOccupied(this.path, 'a dataset', existsSync(this.cells) ? ORPHANED : BEGUN, force)
  }

  /** Make what is in it. */
  make(): void {
    for (const folder of ['parts', 'cells']) makeFolder(join(this.path, folder))
  }

  /** The manifest; null where no run has begun here. Throws where another version's layout is found. */
  readManifest(): RunManifest | null {
    const path = join(this.path, 'manifest.json')
    if (!existsSync(path)) return null
    const manifest = parseJson(readText(path))
    if (isObject(manifest) && manifest['layout'] === 1) return manifest as unknown as RunManifest
    throw new TracewrightError('file', 'Cannot open the run: its manifest is not one this version can read', {
      where: path,
      hint: 'Use the version of tracewright that made it, or another folder',
    })
  }

  /** Take away what was made for a run that did not begin; other files of the folder stay. */
  removeEmptyRun(): void {
    for (const path of [this.cells, this.asked, this.progress]) rmSync(path, { force: true })
    for (const path of [join(this.path, 'cells'), this.parts()]) if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path)
  }

  /** Replace the manifest; a reader sees the old one or the new one. */
  writeManifest(manifest: RunManifest): void {
    this.writeWhole(join(this.path, 'manifest.json'), manifest as unknown as Json)
  }

  /** Keep with which words the command line goes on; null: not known, or not to be written down. */
  writeCommand(command: RunCommand | null): void {
    if (command === null) rmSync(join(this.path, COMMAND), { force: true })
    else this.writeWhole(join(this.path, COMMAND), command)
  }

  /** With which words the command line goes on; null where it did not begin the run. */
  readCommand(): RunCommand | null {
    const path = join(this.path, COMMAND)
    const command = existsSync(path) ? parseJson(readText(path)) : null
    const areWords = (value: Json | undefined) => Array.isArray(value) && value.every(word => typeof word === 'string')
    const isWhole = isObject(command) && typeof command['cwd'] === 'string' && areWords(command['resume']) && areWords(command['retry'])
    return isWhole ? (command as unknown as RunCommand) : null
  }

  /** Replace a JSON file as a whole. */
  writeWhole(path: string, value: Json): void {
    writeFileSync(`${path}.tmp`, `${writeJson(value, 2)}\n`, { flush: true })
    renameSync(`${path}.tmp`, path)
  }

  /** Remove parts the manifest does not name, and pictures where it names none: a kill left them, or they are of a config that has changed. */
  removeStrays(manifest: RunManifest): void {
    if (manifest.parts.length === 0) removePictures(this.path)
    removeOthers(this.parts(), manifest.parts)
    const artifacts = join(this.path, 'artifacts')
    const found = existsSync(artifacts) ? readdirSync(artifacts, { withFileTypes: true }) : []
    for (const { name: folder } of found.filter(entry => entry.isDirectory()))
      removeOthers(join(artifacts, folder), ownValue(manifest.artifacts, percentDecoded(folder))?.parts ?? [])
  }

  /** Keep a second writer out. Throws where there is one. Where nothing was begun, no folder that was made for it stays. */
  async lock(): Promise<Disposable> {
    const manifest = join(this.path, 'manifest.json')
    const lock = await lockFolder(this.path, { what: 'run', holder: 'another process' })
    return { [Symbol.dispose]: () => lock.release({ begun: existsSync(manifest) }) }
  }
}

const COMMAND = 'command.json'

const PART = /^part-\d+\.parquet(?:\.tmp)?$/

/** What a run that was killed before its first manifest has left. */
const BEGUN: OwnNames = { images: true, parts: PART, cells: /^(?:replies|asked)\.jsonl$/, 'manifest.json.tmp': true, 'progress.json': true }

/** What is left of a run that has lost its manifest: its replies tell that it is one. */
const ORPHANED: OwnNames = {
  ...BEGUN,
  artifacts: true,
  exports: true,
  'config.json': true,
  'plan.json': true,
  'usage.json': true,
  'rejects.jsonl': true,
  'command.json': true,
}

function removeOthers(folder: string, parts: readonly RunPart[]): void {
  const named = new Set(parts.map(part => part.file))
  for (const file of existsSync(folder) ? readdirSync(folder) : [])
    if (!named.has(file) && PART.test(file)) rmSync(join(folder, file), { force: true })
}
