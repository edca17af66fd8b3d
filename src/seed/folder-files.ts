import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readBytes } from '../disk/read-file.ts'
import { TracewrightError } from '../errors.ts'
import { booleanAt, type Fields, requiredStringAt, stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { type Skipped, Source } from '../rollout/log/source.ts'
import type { Outcome, Row } from '../row.ts'
import { checkFilePattern } from './rollouts.ts'
import type { OpenSeed } from './seed.ts'

/** Which files of a folder are things of a seed. */
export type FolderOptions = {
  /** The folder. */
  path: string
  /** Pattern on base names: `*`, `?`, `[…]`. Default '*'. */
  filePattern?: string
  /** Whether subfolders are searched. Default true. */
  recursive?: boolean
}

/** Keys of these settings in a config. */
export const FOLDER_FIELDS: Fields = {
  path: ['text', '', 'folder; `hf://datasets/USER/NAME/FOLDER` and `s3://BUCKET/FOLDER` are elsewhere'],
  file_pattern: ['text', '`*`', 'only files whose name matches'],
  recursive: ['true or false', 'true', 'search subfolders, too'],
}

/** Columns that say which file a row is about. */
export const FILE_COLUMNS = ['source_kind', 'source_path', 'relative_path', 'file_name'] as const

/** Fill in the defaults. Throws where the pattern can never match. */
export function folderFrom({ path, filePattern = '*', recursive = true }: FolderOptions): Required<FolderOptions> {
  checkFilePattern(filePattern)
  return { path, filePattern, recursive }
}

/** The settings as configs hold them. */
export function folderJSON({ path, filePattern, recursive }: Required<FolderOptions>): JsonObject {
  return { path, file_pattern: filePattern, recursive }
}

/** The settings of a config. */
export function folderFromJSON(config: JsonObject, where: string): FolderOptions {
  return {
    path: requiredStringAt(config, 'path', where),
    filePattern: stringAt(config, 'file_pattern', where) ?? '*',
    recursive: booleanAt(config, 'recursive', where) ?? true,
  }
}

/** A seed with one thing for each matching file, in code-point order. `rowOf` adds to what is known without reading the file. */
export function openFolder(
  options: Required<FolderOptions>,
  sourceKind: string,
  columns: readonly string[],
  rowOf: (file: Row, read: () => Promise<Buffer>) => Promise<Row>,
): OpenSeed {
  const folder = options.path
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new TracewrightError(
      'seed',
      `Cannot open folder '${options.path}': found ${existsSync(folder) ? 'a file' : 'nothing'}, expected a folder`,
    )
  const source = new Source(folder)
  const skipped: Skipped[] = []
  const files = source.list({ patterns: [options.filePattern], recursive: options.recursive, skipped })
  if (files.length === 0)
    throw new TracewrightError(
      'seed',
      `No files matched file_pattern '${options.filePattern}' ${options.recursive ? 'under' : 'directly under'} ${folder}`,
    )
  const read = async (relativePath: string): Promise<Outcome> => {
    const path = join(source.root, relativePath)
    const known = { source_kind: sourceKind, source_path: path, relative_path: relativePath, file_name: basename(relativePath) }
    try {
      return { row: await rowOf(known, async () => readBytes(path)) }
    } catch (error) {
      return { reject: { at: relativePath, reason: error instanceof Error ? error.message : String(error) } }
    }
  }
  return {
    columns,
    // Links that lead nowhere, or out of the folder, come last, so that they are told and the files keep their numbers.
    size: files.length + skipped.length,
    place: folder,
    files: files.map(file => join(source.root, file)),
    read: async index => {
      const file = files[index]
      if (file !== undefined) return [await read(file)]
      const { path, reason } = skipped[index - files.length]!
      return [{ reject: { at: path, reason } }]
    },
    close: () => source[Symbol.dispose](),
  }
}
