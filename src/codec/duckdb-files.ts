import { TracewrightError } from '../errors.ts'
import { quoted } from './duckdb.ts'

/**
 * Files as the engine reads them, and nothing else: by their own names, of which the engine takes some for patterns and others for the
 * folder of a person, and without columns that it makes of the names of folders (`year=2024`), which would hide those of the files.
 * `isPartitioned`: such columns are wanted.
 */
export function readerSql(
  reader: 'read_parquet' | 'read_csv' | 'read_json',
  paths: readonly string[],
  { options = '', isPartitioned = false }: { options?: string; isPartitioned?: boolean } = {},
): string {
  return `${reader}([${paths.map(fileSql).join(', ')}], hive_partitioning = ${isPartitioned}${options === '' ? '' : `, ${options}`})`
}

/** One file as SQL names it. */
export function fileSql(path: string): string {
  return quoted(patternOf(path))
}

/** A path that the engine takes for no folder of a person; it names files so in what it answers. */
export function fileName(path: string): string {
  return path.startsWith('~') ? `./${path}` : path
}

/** The pattern that only this file meets. */
export function patternOf(path: string): string {
  return fileName(path)
    .split('/')
    .map(name => (/[*?[]/.test(name) ? patternOfName(name, path) : name))
    .join('/')
}

function patternOfName(name: string, path: string): string {
  if (name.includes('\\'))
    throw new TracewrightError('file', `Cannot read '${path}': nothing can name a file with a backslash beside *, ? or [ to DuckDB`, {
      hint: 'Give it, or the folder it is in, another name',
    })
  return name.replace(/[*?[]/g, '[$&]')
}
