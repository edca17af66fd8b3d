import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { textOf } from '../../../conversation/blocks.ts'
import type { RolloutRow, ToolCall } from '../../../conversation/row.ts'
import type { Skipped } from '../../../log/source.ts'
import { openRollouts, type ReadOptions } from '../../../read.ts'
import type { UnitResult } from '../../../unit-result.ts'

/** Where the fixtures are. */
export const FIXTURES = join(import.meta.dirname, '../fixtures')

/** Everything a folder or file of logs gives. */
export type Found = { rows: RolloutRow[]; units: UnitResult[]; skipped: Skipped[] }

/** Read a folder or file as Codex rollouts. */
export async function readAll(root: string, options: Partial<ReadOptions> = {}): Promise<Found> {
  await using rollouts = await openRollouts({ format: 'codex', path: root, ...options })
  const units: UnitResult[] = []
  for (const ref of rollouts.units) units.push(await rollouts.read(ref))
  const rows = units.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : [])))
  return { rows, units, skipped: rollouts.skipped }
}

/** Read the logs of a fixture. */
export function fixture(name: string, options: Partial<ReadOptions> = {}): Promise<Found> {
  return readAll(join(FIXTURES, name, 'logs'), options)
}

/** The row of a fixture whose id ends so. */
export async function rowOf(name: string, ending: string, options: Partial<ReadOptions> = {}): Promise<RolloutRow> {
  const found = (await fixture(name, options)).rows.find(({ trace_id }) => trace_id.endsWith(ending))
  if (found === undefined) throw new Error(`${name} has no row ${ending}`)
  return found
}

const folders: string[] = []

/** A temporary folder with these files. */
export function folderWith(files: { [path: string]: string | Buffer }): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-codex-'))
  folders.push(folder)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** Remove the temporary folders. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Records as JSON Lines. */
export function jsonl(records: readonly object[]): string {
  return `${records.map(record => JSON.stringify(record)).join('\n')}\n`
}

/** Each message as `role: text`. */
export function said({ messages }: RolloutRow): string[] {
  return messages.map(({ role, content }) => `${role}: ${textOf(content)}`)
}

/** Texts of the messages that are not the system's. */
export function spoken({ messages }: RolloutRow): string[] {
  return messages.filter(({ role }) => role !== 'system').map(({ content }) => textOf(content))
}

/** All calls of a row. */
export function calls({ messages }: RolloutRow): ToolCall[] {
  return messages.flatMap(({ tool_calls }) => tool_calls ?? [])
}

/** Codes of a row's diagnostics. */
export function codes({ diagnostics }: RolloutRow): string[] {
  return diagnostics.map(({ code }) => code)
}
