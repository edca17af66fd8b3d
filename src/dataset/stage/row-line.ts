import { jsonTextOf } from '../../codec/json-text.ts'
import { encodeValue, type StoreChanges } from '../../codec/store-value.ts'
import type { TypeEvidence } from '../../codec/type-evidence.ts'
import { writeJson } from '../../json/exact.ts'
import type { Json } from '../../json/json.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import type { StoreType, StoreTypes } from '../../store-type.ts'

/**
 * The text of a row's line of JSON, in the shape its types say, in pieces of some size: only single elements of its lists are ever
 * whole, for a text of the row would take as much memory again. `shows`: where what the row shows of its types is marked.
 */
export function* linePieces(
  row: RolloutRow,
  types: StoreTypes | null,
  changes: StoreChanges,
  shows: { evidence: TypeEvidence; shown: Uint8Array } | null = null,
): Iterable<string> {
  const encoded = (column: string, value: Json, type: StoreType, isItem = false) => {
    const made = encodeValue(value, type, changes, jsonTextOf)
    shows?.evidence.note(column, made, shows.shown, isItem)
    return made
  }
  let piece = ''
  let before = '{'
  const record = row as unknown as Row
  for (const column of Object.keys(types ?? row)) {
    const value = record[column] ?? null
    const type = types?.[column]
    piece += `${before}${writeJson(column)}:`
    before = ','
    const itemType = type === undefined ? undefined : typeof type === 'object' && 'list' in type ? type.list : null
    if (!Array.isArray(value) || itemType === null) piece += writeJson(type === undefined ? value : encoded(column, value, type))
    else {
      let open = '['
      for (const item of value) {
        piece += open + writeJson(itemType === undefined ? item : encoded(column, item, itemType, true))
        open = ','
        if (piece.length < PIECE_CHARACTERS) continue
        yield piece
        piece = ''
      }
      piece += open === '[' ? '[]' : ']'
    }
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  yield `${piece}}\n`
}

const PIECE_CHARACTERS = 1 << 20
