import { join } from 'node:path'
import { expect } from 'vitest'
import type { RolloutRow } from '../../../conversation/row.ts'
import { openRollouts, type ReadOptions } from '../../../read.ts'

/** Folder of a fixture's logs. */
export const logs = (name: string) => join(import.meta.dirname, '..', 'fixtures', name, 'logs')

/** Everything a folder of trajectories gives, by id and by file. */
export async function read(path: string, options: Partial<ReadOptions> = {}) {
  await using rollouts = await openRollouts({ format: 'atif', path, ...options })
  const results = []
  for (const ref of rollouts.units) results.push(await rollouts.read(ref))
  const rows = new Map(results.flatMap(({ outcomes }) => outcomes.flatMap(o => ('row' in o ? [[o.row.trace_id, o.row] as const] : []))))
  const rejects = results.flatMap(({ outcomes }) => outcomes.flatMap(o => ('reject' in o ? [o.reject] : [])))
  const row = (id: string): RolloutRow => rows.get(id) ?? expect.unreachable(`no row ${id} among ${[...rows.keys()].join(', ')}`)
  return { row, rows, rejects, ledgers: new Map(results.map(({ ledger }) => [ledger.key, ledger])), skipped: rollouts.skipped }
}

/** A conversation in short: 'role(origin): text'. */
export const inShort = (row: RolloutRow) =>
  row.messages.map(
    (message, i) =>
      `${message.role}(${row.message_meta[i]!.origin}): ${message.content.map(block => block['text'] ?? block.type).join(' + ')}`,
  )
/** Codes of a row's diagnostics. */
export const codes = (row: RolloutRow) => row.diagnostics.map(diagnostic => diagnostic.code)
