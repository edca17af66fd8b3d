import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'

/** What an export consists of. */
const PARTS = ['.rows.tmp', '.sketches.tmp', 'data', 'manifest', 'rejects.jsonl', 'export.json', 'dataset_info.json', 'README.md']

/** A folder for an export: made, empty, or rid of the export it held. Throws where it holds anything else. */
export function clearOutput(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    const found = readdirSync(folder)
    if (
      found.length > 0 &&
      !existsSync(join(folder, 'export.json')) &&
      !found.every(name => name === 'data' || name === 'manifest' || name.endsWith('.tmp'))
    )
      throw new TracewrightError('usage', `Cannot export into '${folder}': it holds other files`, {
        hint: 'Name a folder that is not there yet, or that holds an export',
      })
    for (const part of PARTS) rmSync(join(folder, part), { recursive: true, force: true })
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    throw new TracewrightError('file', `Cannot export into '${folder}': ${systemReason(error)}`, { cause: error })
  }
}
