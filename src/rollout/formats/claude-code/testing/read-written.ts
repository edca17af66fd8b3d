import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Json, JsonObject } from '../../../../json/json.ts'
import type { RolloutRow } from '../../../conversation/row.ts'
import type { ParseOptions } from '../../../format.ts'
import type { LedgerSummary } from '../../../log/ledger.ts'
import { openRollouts } from '../../../read.ts'

/** Read logs that a test writes: records by path. Gives rows by trace id, and ledgers by file. */
export async function readWritten(
  logs: { [path: string]: readonly JsonObject[] },
  options: Partial<ParseOptions> & { format?: string } = {},
): Promise<{ rows: { [traceId: string]: RolloutRow }; ledgers: { [key: string]: LedgerSummary } }> {
  const path = mkdtempSync(join(tmpdir(), 'tracewright-claude-'))
  try {
    for (const [name, records] of Object.entries(logs)) {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), records.map(record => `${JSON.stringify(record)}\n`).join(''))
    }
    const rollouts = await openRollouts({ format: 'claude_code', path, ...options } as Parameters<typeof openRollouts>[0])
    const read = { rows: {} as { [traceId: string]: RolloutRow }, ledgers: {} as { [key: string]: LedgerSummary } }
    for (const ref of rollouts.units) {
      const { outcomes, ledger } = await rollouts.read(ref)
      read.ledgers[ref.unit.key] = ledger
      for (const outcome of outcomes) if ('row' in outcome) read.rows[outcome.row.trace_id] = outcome.row
    }
    rollouts.close()
    return read
  } finally {
    rmSync(path, { recursive: true })
  }
}

/** Writes the records of one session, each behind the one before it. */
export class Scribe {
  readonly session: string
  private readonly common: JsonObject
  private last: string | null = null
  private count = 0

  constructor(session: string, common: JsonObject = {}) {
    this.session = session
    this.common = common
  }

  record(type: string, fields: JsonObject): JsonObject {
    const uuid = `${this.session.slice(0, 4)}-${++this.count}`
    const parentUuid = this.last
    this.last = uuid
    const time = new Date(Date.UTC(2026, 9, 1, 9, 0, this.count)).toISOString()
    return {
      parentUuid,
      isSidechain: false,
      sessionId: this.session,
      version: '2.1.280',
      type,
      uuid,
      timestamp: time,
      ...this.common,
      ...fields,
    }
  }

  user(content: Json, fields: JsonObject = {}): JsonObject {
    return this.record('user', { message: { role: 'user', content }, ...fields })
  }

  /** A response; `message` may hold its id, stop reason and usage. */
  model(content: Json, message: JsonObject = {}, fields: JsonObject = {}): JsonObject {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content
    const id = `msg_${this.session.slice(0, 4)}_${this.count}`
    const usage = { input_tokens: 10, output_tokens: 5 }
    return this.record('assistant', {
      requestId: `req_${String(message['id'] ?? id)}`,
      message: { id, role: 'assistant', model: 'claude-opus-5', stop_reason: 'end_turn', usage, content: blocks, ...message },
      ...fields,
    })
  }

  attachment(attachment: JsonObject, fields: JsonObject = {}): JsonObject {
    return this.record('attachment', { attachment, ...fields })
  }
}
