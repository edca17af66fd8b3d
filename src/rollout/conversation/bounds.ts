import { constants } from 'node:buffer'
import type { Json } from '../../json/json.ts'
import { isDeeper, shallow } from '../../json/shallow.ts'
import { aboutLength, lengthWithin } from '../../json/text-length.ts'
import { MAX_DEPTH } from '../../json/tolerant.ts'
import type { RolloutRow } from './row.ts'

/**
 * A row that every place it may go to can hold: what lies deeper in it than can be carried is its own JSON text, and a diagnostic says
 * in which column. Null where the row is longer than a text can be. A row that is within all bounds, as nearly all are, is given back.
 */
export function withinBounds(row: RolloutRow): RolloutRow | null {
  const columns = Object.keys(row) as (keyof RolloutRow)[]
  let about = 0
  for (const column of columns) about += lengthWithin(row[column] as Json, MAX_ROW_DEPTH)
  // Nearly every row: one walk tells that it is neither too long nor too deep.
  if (about < MAX_CHARACTERS / MAX_ESCAPE) return row
  if (isTooLong(row as unknown as Json)) return null
  const deep = columns.filter(column => isDeeper(row[column], MAX_ROW_DEPTH))
  if (deep.length === 0) return row
  const cut = Object.fromEntries(deep.map(column => [column, shallow(row[column] as Json, MAX_ROW_DEPTH)]))
  const diagnostics = deep.map(column => ({ code: 'nested_too_deep', at: null, detail: { column, kept: 'as JSON text' } }))
  const bounded = { ...row, ...cut }
  return 'diagnostics' in row ? { ...bounded, diagnostics: [...bounded.diagnostics, ...diagnostics] } : bounded
}

/** Records are cut at their own depth when they are read; a row holds them some levels further down. */
const MAX_ROW_DEPTH = MAX_DEPTH + 32

/** An escaped character is at most six. */
const MAX_ESCAPE = 6

/** No JSON text of a row may be longer. */
const MAX_CHARACTERS = constants.MAX_STRING_LENGTH - 1024

/** Whether the JSON text of a value is longer than the engine's texts can be. Escapes are only counted where that may be so. */
function isTooLong(value: Json): boolean {
  return aboutLength(value) > MAX_CHARACTERS / MAX_ESCAPE && aboutLength(value, escapedLength) > MAX_CHARACTERS
}

function escapedLength(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE || unit === BACKSLASH) length++
    else if (unit < SPACE) length += SHORT_ESCAPES.includes(unit) ? 1 : MAX_ESCAPE - 1
    else if (unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE) length += MAX_ESCAPE - 1
  }
  return length
}

const [QUOTE, BACKSLASH, SPACE] = [0x22, 0x5c, 0x20]
const SHORT_ESCAPES = [...'\b\f\n\r\t'].map(character => character.charCodeAt(0))
const [FIRST_SURROGATE, LAST_SURROGATE] = [0xd800, 0xdfff]
