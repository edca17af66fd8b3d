import { writeJson } from '../json/exact.ts'
import { isObject, type Json, stringOrNull } from '../json/json.ts'
import type { Row } from '../row.ts'
import { visible, visibleLine } from '../visible.ts'
import type { RunCell, RunRow, RunScore } from './api.ts'
import { CELL, clip, LONG } from './clip.ts'

type About = { index: number; total: number; columns: readonly string[]; types: ReadonlyMap<string, string> }

/** A row cell by cell; what judges quote is looked for in the session the row is about. */
export function runRow(row: Row, { index, total, columns, types }: About): RunRow {
  const messages = Array.isArray(row['messages']) ? row['messages'].map(message => writeJson(message)) : []
  return {
    index,
    total,
    trace_id: messages.length === 0 ? null : stringOrNull(row['trace_id']),
    cells: columns.map(column => cellOf(column, types.get(column) ?? null, row[column] ?? null, messages)),
  }
}

/** A value by its beginning, on one line. */
export function cellText(value: Json): string {
  return value === null ? '' : visibleLine(clip(asText(value, undefined), CELL).text)
}

function cellOf(column: string, type: string | null, value: Json, messages: readonly string[]): RunCell {
  return { column: visibleLine(column), type, text: clip(value === null ? '' : asText(value, 2), LONG), scores: scoresIn(value, messages) }
}

function asText(value: Json, indent: number | undefined): string {
  return typeof value === 'string' ? value : writeJson(value, indent)
}

/** Scores as a judge gives them: by name, each with its reasoning. */
function scoresIn(value: Json, messages: readonly string[]): RunScore[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, said]): RunScore[] => {
    if (!isObject(said) || said['score'] === undefined || typeof said['reasoning'] !== 'string') return []
    const evidence = Array.isArray(said['evidence']) ? said['evidence'].filter(isObject) : []
    return [
      {
        name: visibleLine(name),
        score: visibleLine(asText(said['score'] as Json, undefined)),
        reasoning: visible(said['reasoning']),
        evidence: evidence.flatMap(({ message, quote }) => (typeof quote === 'string' ? [placed(message ?? null, quote, messages)] : [])),
      },
    ]
  })
}

/** A quotation where it stands: in the message that is named, else in the first that has it, else nowhere. */
function placed(message: Json, quote: string, messages: readonly string[]): RunScore['evidence'][number] {
  const words = JSON.stringify(quote).slice(1, -1)
  const named = typeof message === 'number' && Number.isSafeInteger(message) ? message : null
  const isThere = named !== null && messages[named]?.includes(words) === true
  const found = isThere || words === '' ? named : messages.findIndex(text => text.includes(words))
  return { message: found === -1 ? named : found, quote: visible(quote), stands: words !== '' && found !== -1 && found !== null }
}
