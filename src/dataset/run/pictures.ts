import { hash } from 'node:crypto'
import { existsSync, linkSync, lstatSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closingFile } from '../../disk/closing-file.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { readBytes } from '../../disk/read-file.ts'
import { syncFile } from '../../disk/sync.ts'
import { TracewrightError } from '../../errors.ts'
import { pictureType } from '../../picture-type.ts'
import { systemReason } from '../../system-error.ts'

/**
 * Pictures that columns of a run made, as files beside its rows: `images/<column>/<hash>.png`. A file is named by its bytes, so a row
 * that is made again names the same one, and the same picture is there once.
 */
export class RunPictures {
  private readonly folder: string
  private readonly source: RunPictures | null

  /** `folder`: that of the run. `source`: that of the run whose rows it was made of; null: none. */
  constructor(folder: string, source: string | null = null) {
    this.folder = folder
    this.source = source === null ? null : new RunPictures(source)
  }

  /** Put a picture there, by its column and as base64; gives its path below the folder of the run. It is safe when this returns. */
  keep(column: string, base64: string): string {
    const bytes = Buffer.from(base64, 'base64')
    const type = pictureType(bytes)
    if (type === null) throw new TracewrightError('model', `Cannot keep a picture of column '${column}': its bytes are no picture's`)
    const path = `${IMAGES}/${folderName(column)}/${hash('sha256', bytes).slice(0, 32)}.${ENDINGS.get(type) ?? type.slice('image/'.length)}`
    const file = join(this.folder, path)
    if (existsSync(file)) return path
    try {
      makeFolder(join(file, '..'))
      writeWhole(file, bytes)
    } catch (error) {
      throw new TracewrightError('file', `Cannot write '${file}': ${systemReason(error)}`, { cause: error })
    }
    return path
  }

  /** A picture that was put there, as base64; null where a text is no path of one, or nothing is there. */
  read(path: string): string | null {
    return this.bytes(path)?.toString('base64') ?? null
  }

  /** The same as bytes. */
  bytes(path: string): Buffer | null {
    if (!PATH.test(path)) return null
    const file = join(this.folder, path)
    return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readBytes(file) : (this.source?.bytes(path) ?? null)
  }

  /** Have the pictures here, too, that rows of the source name: as the same files where that can be had. */
  adopt(): void {
    for (const path of this.source?.paths() ?? []) {
      const [from, to] = [join(this.source!.folder, path), join(this.folder, path)]
      if (existsSync(to) || !lstatSync(from).isFile()) continue
      makeFolder(join(to, '..'))
      try {
        linkSync(from, to)
      } catch {
        writeWhole(to, readBytes(from))
      }
    }
  }

  /** Paths of all pictures that are there. */
  paths(): string[] {
    return folders(this.folder).flatMap(column => {
      const files = readdirSync(join(this.folder, IMAGES, column))
      return files.map(file => `${IMAGES}/${column}/${file}`).filter(path => PATH.test(path))
    })
  }
}

/** For a preview: pictures stay in the rows, as base64; those that rows of a run name are read from its folder. */
export function picturesInRows(run: string | null): Pick<RunPictures, 'keep' | 'read'> {
  const there = run === null ? null : new RunPictures(run)
  return { keep: (_, base64) => base64, read: path => there?.read(path) ?? null }
}

/** Whether a key of a run's home is a picture's. */
export function isPictureKey(key: string): boolean {
  return PATH.test(key)
}

/** Take a run's pictures away; other files stay. */
export function removePictures(runFolder: string): void {
  for (const path of new RunPictures(runFolder).paths()) rmSync(join(runFolder, path), { force: true })
  const all = [...folders(runFolder).map(column => join(runFolder, IMAGES, column)), join(runFolder, IMAGES)]
  for (const folder of all) if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}

const IMAGES = 'images'
const ENDINGS: ReadonlyMap<string, string> = new Map([['image/jpeg', 'jpg']])
const PATH = /^images\/[^/\\\0]{1,100}\/[0-9a-f]{32}\.[a-z]{3,4}$/

/** A column's name as a folder's: columns that come out alike share one, since files are named by their bytes. */
function folderName(column: string): string {
  const plain = column.replace(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^[ .]+|[ .]+$/g, '_')
  return [...plain].slice(0, 60).join('')
}

function folders(runFolder: string): string[] {
  const folder = join(runFolder, IMAGES)
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
}

function writeWhole(file: string, bytes: Buffer): void {
  const growing = `${file}.tmp`
  const open = openSync(growing, 'w')
  {
    using _open = closingFile(open)
    writeFileSync(open, bytes)
    syncFile(open)
  }
  renameSync(growing, file)
}
