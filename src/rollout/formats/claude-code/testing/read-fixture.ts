import { join } from 'node:path'
import type { RolloutRow } from '../../../conversation/row.ts'
import type { ParseOptions } from '../../../format.ts'
import type { LedgerSummary } from '../../../log/ledger.ts'
import type { Skipped } from '../../../log/source.ts'
import { openRollouts } from '../../../read.ts'

/** What a fixture of this folder gives: rows by trace id, ledgers by file, rejects and skipped files. */
export type FixtureRead = {
  rows: { [traceId: string]: RolloutRow }
  ledgers: { [key: string]: LedgerSummary }
  rejects: { at: string; reason: string }[]
  skipped: Skipped[]
}

/** Read a fixture of this folder. */
export async function readFixture(name: string, options: Partial<ParseOptions> = {}): Promise<FixtureRead> {
  const path = join(import.meta.dirname, '..', 'fixtures', name, 'logs')
  const rollouts = await openRollouts({ format: 'claude_code', path, ...options })
  const read: FixtureRead = { rows: {}, ledgers: {}, rejects: [], skipped: rollouts.skipped }
  for (const ref of rollouts.units) {
    const { outcomes, ledger } = await rollouts.read(ref)
    read.ledgers[ref.unit.key] = ledger
    for (const outcome of outcomes)
      if ('row' in outcome) read.rows[outcome.row.trace_id] = outcome.row
      else read.rejects.push(outcome.reject)
  }
  rollouts.close()
  return read
}

/** A row's messages in brief: `role: first words`, with `→ calls` and `← call` where there are any. */
export function brief({ messages }: RolloutRow): string[] {
  return messages.map(({ role, content, tool_calls, tool_call_id }) => {
    const text = content.map(block => (typeof block['text'] === 'string' ? block['text'] : `[${block.type}]`)).join(' | ')
    const calls = tool_calls === undefined ? '' : ` → ${tool_calls.map(({ id }) => id).join(' ')}`
    return `${role}: ${text.split('\n')[0]}${calls}${tool_call_id === undefined ? '' : ` ← ${tool_call_id}`}`
  })
}

/** The id of a session of the fixtures: eight times the digit, and so on. */
export function sessionId(digit: number): string {
  const times = (n: number) => String(digit).repeat(n)
  return `${times(8)}-${times(4)}-4${times(3)}-8${times(3)}-${times(12)}`
}
