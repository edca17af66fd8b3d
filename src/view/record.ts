import pc from 'picocolors'
import stringWidth from 'string-width'
import { isObject, type Json, parseJson } from '../json.ts'
import type { Row } from '../row.ts'
import { isConversation, isMessage, type ShownTurn, shownTurn, shownTurns } from './conversation.ts'
import { fold, visible, wrap } from './wrap.ts'

/** One record and what is to be known to show it. */
export type ShownRecord = {
  row: Row
  index: number // from 0
  count: number // records in the dataset
  seedColumns: readonly string[]
  note?: string // shown in the heading, e.g. which model answered
}

/** How a record is laid out. */
export type RecordLayout = {
  width: number // columns of the terminal
  color: boolean
  foldAt: number // lines of one value before it is folded; 0: never
}

/** A record as text a person wants to read: seed columns, generated columns, messages as a conversation. */
export function renderRecord(record: ShownRecord, layout: RecordLayout): string {
  const paint = pc.createColors(layout.color)
  const { row, seedColumns } = record
  const heading = ` record ${record.index + 1} of ${record.count}${record.note ? ` · ${record.note}` : ''} `
  const lines = [paint.bold(`──${heading}${'─'.repeat(Math.max(0, layout.width - stringWidth(heading) - 2))}`)]
  const section = (title: string, names: string[]) => {
    if (names.length === 0) return
    lines.push('', paint.bold(paint.underline(title)), ...names.flatMap(name => field(name, row, layout, paint)))
  }
  const names = Object.keys(row)
  section(
    'Seed columns',
    names.filter(name => seedColumns.includes(name) && name !== 'message_meta'),
  )
  section(
    'Generated columns',
    names.filter(name => !seedColumns.includes(name)),
  )
  return `${lines.join('\n')}\n`
}

type Paint = ReturnType<typeof pc.createColors>

const NAME_WIDTH = 24

function field(name: string, row: Row, layout: RecordLayout, paint: Paint): string[] {
  const value = row[name] ?? null
  const decoded = typeof value === 'string' && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value
  if (isConversation(decoded)) {
    const meta = name === 'messages' && Array.isArray(row['message_meta']) ? row['message_meta'] : []
    return [paint.cyan(name), ...conversation(shownTurns(decoded, meta), layout, paint)]
  }
  if (isMessage(decoded)) return [paint.cyan(name), ...turn(shownTurn(decoded), layout, paint)]
  const lines = fold(wrap(visible(textOf(decoded)), Math.max(20, layout.width - NAME_WIDTH - 2)), layout.foldAt)
  const padded = name + ' '.repeat(Math.max(0, NAME_WIDTH - stringWidth(name)))
  const muted = value === null || (isObject(value) && Object.keys(value).length === 0) || (Array.isArray(value) && value.length === 0)
  if (stringWidth(name) > NAME_WIDTH) return [paint.cyan(name), ...lines.map(line => ' '.repeat(NAME_WIDTH + 2) + line)]
  return lines.map((line, i) => `${i === 0 ? paint.cyan(padded) : ' '.repeat(NAME_WIDTH)}  ${muted ? paint.dim(line) : line}`)
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value
  const compact = JSON.stringify(value)
  return compact.length <= 60 ? compact : JSON.stringify(value, shortenStrings, 2)
}

/** Strings deep inside a value are shown by their beginning; the value itself keeps them. */
function shortenStrings(_key: string, value: Json): Json {
  return typeof value === 'string' && value.length > 400 ? `${value.slice(0, 360)}… (${value.length} characters)` : value
}

const TURNS_SHOWN = 8

/** A long conversation shows its beginning and its end. */
function conversation(turns: ShownTurn[], layout: RecordLayout, paint: Paint): string[] {
  if (layout.foldAt === 0 || turns.length <= TURNS_SHOWN) return turns.flatMap(item => turn(item, layout, paint))
  const head = turns.slice(0, TURNS_SHOWN / 2)
  const tail = turns.slice(-TURNS_SHOWN / 2)
  const gap = paint.dim(`  … ${turns.length - TURNS_SHOWN} more messages`)
  return [...head.flatMap(item => turn(item, layout, paint)), gap, ...tail.flatMap(item => turn(item, layout, paint))]
}

function turn({ role, note, parts }: ShownTurn, layout: RecordLayout, paint: Paint): string[] {
  const colors: { [role: string]: (text: string) => string } = {
    user: paint.green,
    assistant: paint.magenta,
    tool: paint.yellow,
    system: paint.blue,
  }
  const lines = [`  ${paint.bold((colors[role] ?? paint.white)(role))}${note === '' ? '' : paint.dim(`  ${visible(note)}`)}`]
  for (const part of parts) {
    const body = fold(wrap(visible(part.text), Math.max(20, layout.width - 6)), layout.foldAt)
    if (part.label !== '') lines.push(`    ${paint.dim(visible(part.label))}`)
    lines.push(...body.map(line => `    ${part.kind === 'thought' ? paint.dim(line) : line}`))
  }
  return lines
}
