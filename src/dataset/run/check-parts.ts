import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ParquetFileReader } from '../../codec/parquet/file-reader.ts'
import { messageOf } from '../../errors.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest, RunPart } from './manifest.ts'

/** What is wrong with the parts a manifest names, the first thing that is found; null where all are as they were written. Reads ends of files only. */
export function partsProblem(folder: RunFolder, manifest: RunManifest): string | null {
  const artifacts = Object.entries(manifest.artifacts).map(([name, { parts }]) => [folder.parts(name), parts] as const)
  for (const [path, parts] of [[folder.parts(), manifest.parts] as const, ...artifacts])
    for (const part of parts) {
      const problem = partProblem(path, part)
      if (problem !== null) return `part ${JSON.stringify(part.file)} ${problem}`
    }
  return null
}

function partProblem(folder: string, { file, rows, bytes }: RunPart): string | null {
  if (!/^part-\d{5,}\.parquet$/.test(file)) return 'has a name that no part has'
  const path = join(folder, file)
  if (!existsSync(path)) return 'is not there'
  const { size } = statSync(path)
  if (size !== bytes) return `has ${size} bytes, not ${bytes}`
  try {
    const reader = new ParquetFileReader(path)
    const found = reader.groups.reduce((sum, group) => sum + group.rows, 0)
    reader[Symbol.dispose]()
    return found === rows ? null : `has ${found} rows, not ${rows}`
  } catch (error) {
    return `cannot be read (${messageOf(error)})`
  }
}
