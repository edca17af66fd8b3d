import { join } from 'node:path'
import { textOf } from '../../../conversation/blocks.ts'
import type { RolloutRow } from '../../../conversation/row.ts'
import { DEFAULT_PARSE_OPTIONS, type ParseOptions } from '../../../format.ts'
import { Ledger, type LedgerSummary } from '../../../log/ledger.ts'
import { type Skipped, Source } from '../../../log/source.ts'
import { piCodingAgent } from '../index.ts'

/** What a folder of logs gives. */
export type Reading = { rows: RolloutRow[]; ledgers: Map<string, LedgerSummary>; rejects: string[]; skipped: Skipped[] }

/** Read a folder with this format alone; for tests. */
export async function readFolder(root: string, options: Partial<ParseOptions> = {}): Promise<Reading> {
  const source = new Source(root)
  const reading: Reading = { rows: [], ledgers: new Map(), rejects: [], skipped: [] }
  const files = source.list({ patterns: piCodingAgent.patterns, recursive: true })
  for (const unit of await piCodingAgent.discover(source, files, reading.skipped)) {
    const ledger = new Ledger(unit)
    for await (const outcome of piCodingAgent.parse(unit, { source, ledger, options: { ...DEFAULT_PARSE_OPTIONS, ...options } }))
      if ('row' in outcome) reading.rows.push(outcome.row)
      else reading.rejects.push(outcome.reject.reason)
    reading.ledgers.set(unit.key, ledger.summary([]))
  }
  source[Symbol.dispose]()
  return reading
}

/** Read the logs of a fixture. */
export function fixture(name: string, options?: Partial<ParseOptions>): Promise<Reading> {
  return readFolder(join(import.meta.dirname, '..', 'fixtures', name, 'logs'), options)
}

/** One row of a fixture. Throws where there is none. */
export async function rowOf(name: string, id: string, options?: Partial<ParseOptions>): Promise<RolloutRow> {
  const { rows } = await fixture(name, options)
  const row = rows.find(({ trace_id }) => trace_id === id)
  if (row === undefined) throw new Error(`No row ${id} among ${rows.map(({ trace_id }) => trace_id).join(', ')}`)
  return row
}

/** The dialogue of a row, a line per message. */
export function said({ messages }: RolloutRow): string[] {
  return messages.map(({ role, content }) => `${role}: ${textOf(content)}`)
}

/** Codes of a row's diagnostics. */
export function codes({ diagnostics }: RolloutRow): string[] {
  return diagnostics.map(({ code }) => code)
}
