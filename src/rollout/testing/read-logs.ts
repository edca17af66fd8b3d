import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RolloutRow } from '../conversation/row.ts'
import type { Skipped } from '../log/source.ts'
import { openRollouts, type ReadOptions } from '../read.ts'
import type { UnitResult } from '../unit-result.ts'

/** Everything a folder or file of logs gives. */
export type Reading = { rows: RolloutRow[]; units: UnitResult[]; skipped: Skipped[] }

/** Read logs of any format. */
export async function readLogs(path: string, options: Partial<ReadOptions> = {}): Promise<Reading> {
  await using rollouts = await openRollouts({ format: 'auto', path, ...options })
  const units: UnitResult[] = []
  for (const ref of rollouts.units) units.push(await rollouts.read(ref))
  return { rows: units.flatMap(rowsIn), units, skipped: rollouts.skipped }
}

function rowsIn({ outcomes }: UnitResult): RolloutRow[] {
  return outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : []))
}

const folders: string[] = []

/** A temporary folder with these files. */
export function folderWith(files: { [path: string]: string | Uint8Array }): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-rollout-'))
  folders.push(folder)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** A temporary folder that holds a copy of another. */
export function copyOf(folder: string): string {
  const copy = folderWith({})
  cpSync(folder, copy, { recursive: true })
  return copy
}

/** Remove the temporary folders. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Records as JSON Lines. */
export function jsonl(records: readonly unknown[]): string {
  return `${records.map(record => JSON.stringify(record)).join('\n')}\n`
}
