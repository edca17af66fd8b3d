import { parseJson } from '../../../json/json.ts'
import type { Place } from '../../log/ledger.ts'
import type { Entry } from './entry.ts'

/** Whether a record is large enough for not decoding it to matter. */
export function isBulk(bytes: Buffer): boolean {
  return bytes.length > BULK_BYTES
}

/** Records below this size are decoded whole; it costs nothing. */
const BULK_BYTES = 1 << 16

/** How far into a record its summary may reach. */
const SUMMARY_BYTES = 1 << 19

const HEAD = /^\{(?:"timestamp":\s*"([^"]*)",\s*)?(?:"ordinal":\s*(\d+),\s*)?"type":\s*"(compacted|world_state)",\s*"payload":\s*\{/
const MESSAGE = /"message":\s*("(?:[^"\\]|\\.)*"|null)\s*,\s*"replacement_history":\s*\[/y

/**
 * What a large record says, told from its first bytes. A compaction repeats the whole history, and nine tenths of a long rollout are
 * such repetitions; only its summary is wanted. 'nothing': there is nothing wanted in it. Null: it has to be decoded.
 */
export function summaryOfBulk(bytes: Buffer, place: Place): Entry | 'nothing' | null {
  const head = HEAD.exec(bytes.toString('latin1', 0, 256))
  if (head === null) return null
  if (head[3] === 'world_state') return 'nothing'
  MESSAGE.lastIndex = 0
  const found = MESSAGE.exec(bytes.toString('utf8', head[0].length, SUMMARY_BYTES))
  if (found === null) return null
  return {
    place,
    kind: 'compacted',
    type: 'compacted',
    payload: { message: parseJson(found[1]!) ?? null, replaced: true },
    timestamp: head[1] ?? null,
    ordinal: head[2] === undefined ? null : Number(head[2]),
    turn: null,
    kinds: null,
    source: null,
    voice: null,
  }
}
