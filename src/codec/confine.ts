import { type Database, quoted } from './duckdb.ts'
import { fileName, patternOf } from './duckdb-files.ts'

/** From now on no SQL reads or writes a file but these, loads anything, or changes a setting. */
export async function confine({ connection }: Database, files: readonly string[]): Promise<void> {
  // The engine asks for the name it is given, which may be a pattern, and for the file that meets it.
  const allowed = new Set(files.flatMap(file => [fileName(file), patternOf(file)]))
  await connection.run(`SET allowed_paths = [${[...allowed].map(quoted).join(', ')}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}
