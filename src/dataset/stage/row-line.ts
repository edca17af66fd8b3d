import { encodeValue, type StoreChanges } from '../../codec/store-value.ts'
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
    piece += `${before}${JSON.stringify(column)}:`
    before = ','
    const itemType = type === undefined ? undefined : typeof type === 'object' && 'list' in type ? type.list : null
    if (!Array.isArray(value) || itemType === null) piece += JSON.stringify(type === undefined ? value : encodeValue(value, type, changes))
    else {
      let open = '['
      for (const item of value) {
        piece += open + JSON.stringify(itemType === undefined ? item : encodeValue(item, itemType, changes))
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
