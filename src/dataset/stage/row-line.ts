import { jsonTextOf } from '../../codec/json-text.ts'
import { encodeValue, type StoreChanges } from '../../codec/store-value.ts'
import { writeJson } from '../../json/exact.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'

const PIECE_CHARACTERS = 1 << 20

/**
 * The text of a row's line of JSON, in the shape its types say, in pieces of some size: only single elements of its lists are ever
 * whole, for a text of the row would take as much memory again.
 */
export function* linePieces(row: RolloutRow, types: StoreTypes | null, changes: StoreChanges): Iterable<string> {
  let piece = ''
  let before = '{'
  const record = row as unknown as Row
  for (const column of Object.keys(types ?? row)) {
    const value = record[column] ?? null
    const type = types?.[column]
    piece += `${before}${writeJson(column)}:`
    before = ','
    const itemType = type === undefined ? undefined : typeof type === 'object' && 'list' in type ? type.list : null
    if (!Array.isArray(value) || itemType === null)
      piece += writeJson(type === undefined ? value : encodeValue(value, type, changes, jsonTextOf))
    else {
      let open = '['
      for (const item of value) {
        piece += open + writeJson(itemType === undefined ? item : encodeValue(item, itemType, changes, jsonTextOf))
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
