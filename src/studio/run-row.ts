import { writeJson } from '../json/exact.ts'
import { isObject, type Json, stringOrNull } from '../json/json.ts'
import { placeOfQuote, quotableTexts } from '../quotation.ts'
import type { Row } from '../row.ts'
import { recordPictures } from '../view/record-pictures.ts'
import { visible, visibleLine } from '../visible.ts'
import type { RunCell, RunRow, RunScore } from './api.ts'
import { CELL, clip, LONG } from './clip.ts'

/** A row cell by cell; what judges quote is looked for in the session the row is about. */
export function runRow(row: Row, { index, total, columns, types, judged = new Map() }: About): RunRow {
  const turns = new Map<string, Turns>()
  const turnsAt = (column: string) => {
    const known = turns.get(column) ?? turnsOf(row[column] ?? null)
    turns.set(column, known)
    return known
  }
  const hasSession = Array.isArray(row['messages'])
  return {
    index,
    total,
    trace_id: !hasSession ? null : stringOrNull(row['trace_id']),
    cells: columns.map(column =>
      cellOf(column, types.get(column) ?? null, row[column] ?? null, () => turnsAt(judged.get(column) ?? 'messages')),
    ),
  }
}

type About = {
  index: number
  total: number
  columns: readonly string[]
  types: ReadonlyMap<string, string>
  judged?: ReadonlyMap<string, string> // by judge, the column whose passages are its evidence
}

/** A value by its beginning, on one line. */
export function cellText(value: Json): string {
  const pictures = recordPictures(value)
  if (pictures !== null) return visibleLine(clip(pictures.map(({ words }) => words).join(', '), CELL).text)
  return value === null ? '' : visibleLine(clip(asText(value, undefined), CELL).text)
}

function cellOf(column: string, type: string | null, value: Json, turns: () => Turns): RunCell {
  const pictures = recordPictures(value)
  const text = pictures?.map(({ words }) => words).join('\n') ?? (value === null ? '' : asText(value, 2))
  return { column: visibleLine(column), type, text: clip(text, LONG), scores: scoresIn(value, turns), pictures: pictures?.length ?? 0 }
}

function asText(value: Json, indent: number | undefined): string {
  return typeof value === 'string' ? value : writeJson(value, indent)
}

/** Scores as a judge gives them: by name, each with its reasoning. */
function scoresIn(value: Json, turns: () => Turns): RunScore[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, said]): RunScore[] => {
    if (!isObject(said) || said['score'] === undefined || typeof said['reasoning'] !== 'string') return []
    const evidence = Array.isArray(said['evidence']) ? said['evidence'].filter(isObject) : []
    return [
      {
        name: visibleLine(name),
        score: visibleLine(asText(said['score'] as Json, undefined)),
        reasoning: visible(said['reasoning']),
        evidence: evidence.flatMap(({ message, quote }) => (typeof quote === 'string' ? [placed(message ?? null, quote, turns())] : [])),
      },
    ]
  })
}

/** Words before and after a quotation that are shown with it. */
const AROUND = 240

/** A quotation where it stands, with the turn around it. What the row says of it is looked up, and not believed. */
function placed(message: Json, quote: string, { texts, roles }: Turns): RunScore['evidence'][number] {
  const named = typeof message === 'number' && Number.isSafeInteger(message) ? message : null
  const place = placeOfQuote(quote, named, texts)
  if (place === null) return { message: named, quote: visible(quote), stands: false, turn: null }
  const { index, start, end } = place
  const text = texts[index]!
  const turn = {
    role: visibleLine(roles[index] ?? 'text'),
    before: visible((start > AROUND ? '…' : '') + text.slice(Math.max(0, start - AROUND), start)),
    words: visible(text.slice(start, end)),
    after: visible(text.slice(end, end + AROUND) + (text.length > end + AROUND ? '…' : '')),
  }
  return { message: roles.length > 0 ? index : null, quote: visible(quote), stands: true, turn }
}

/** What was judged, turn by turn; texts that are no conversation have no roles. */
type Turns = { texts: readonly string[]; roles: readonly string[] }

function turnsOf(judged: Json): Turns {
  const roles = Array.isArray(judged) ? judged.map(message => (isObject(message) ? String(message['role'] ?? 'message') : 'message')) : []
  return { texts: quotableTexts(judged), roles }
}
