import pc from 'picocolors'
import stringWidth from 'string-width'
import { isObject, type Json, parseJson } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import type { Row } from '../row.ts'
import { visible, visibleLine } from '../visible.ts'
import { isConversation, isMessage, type ShownTurn, shownTurn, shownTurns } from './conversation.ts'
import { layoutJSON } from './layout-json.ts'
import { type ReadPicture, recordPictures } from './record-pictures.ts'
import { fold, wrap } from './wrap.ts'

/** One record and what is to be known to show it. */
export type ShownRecord = {
  row: Row
  index: number // from 0
  count: number // records in the dataset
  seedColumns: readonly string[]
  artifacts?: { readonly [processor: string]: Row } // what processors made of it
  note?: string // shown in the heading, e.g. which model answered
  readPicture?: ReadPicture // gives pictures that the row names by their paths
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
  const heading = ` record ${record.index + 1} of ${record.count}${record.note ? ` · ${visibleLine(record.note)}` : ''} `
  const lines = [paint.bold(`──${heading}${'─'.repeat(Math.max(0, layout.width - stringWidth(heading) - 2))}`)]
  const section = (title: string, names: string[], row: Row = record.row) => {
    if (names.length === 0) return
    const shown = names.filter(name => !isEmpty(ownValue(row, name) ?? null))
    const empty = names.filter(name => !shown.includes(name))
    lines.push('', paint.bold(paint.underline(title)), ...shown.flatMap(name => field(name, row, layout, paint)))
    if (empty.length > 0) lines.push(...wrap(visibleLine(`empty: ${empty.join(', ')}`), layout.width).map(line => paint.dim(line)))
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
  for (const [processor, made] of Object.entries(record.artifacts ?? {}))
    section(`Made by processor '${visibleLine(processor)}'`, Object.keys(made), made)
  return `${lines.join('\n')}\n`
}

type Paint = ReturnType<typeof pc.createColors>

const NAME_WIDTH = 24

function field(name: string, row: Row, layout: RecordLayout, paint: Paint): string[] {
  const held = ownValue(row, name) ?? null
  const shownName = visibleLine(name)
  const value =
    recordPictures(held)
      ?.map(({ words }) => words)
      .join('\n') ?? held
  const decoded = typeof value === 'string' && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value
  if (isConversation(decoded)) {
    const meta = name === 'messages' && Array.isArray(row['message_meta']) ? row['message_meta'] : []
    return [paint.cyan(shownName), ...conversation(shownTurns(decoded, meta), layout, paint)]
  }
  if (isMessage(decoded)) return [paint.cyan(shownName), ...turn(shownTurn(decoded), layout, paint)]
  const room = Math.max(20, layout.width - NAME_WIDTH - 2)
  const text = typeof decoded === 'string' ? decoded.trimEnd() : layoutJSON(decoded, room)
  const lines = fold(wrap(visible(text), room), layout.foldAt)
  if (stringWidth(shownName) > NAME_WIDTH) return [paint.cyan(shownName), ...lines.map(line => ' '.repeat(NAME_WIDTH + 2) + line)]
  const padded = shownName + ' '.repeat(NAME_WIDTH - stringWidth(shownName))
  return lines.map((line, i) => `${i === 0 ? paint.cyan(padded) : ' '.repeat(NAME_WIDTH)}  ${line}`)
}

function isEmpty(value: Json): boolean {
  return (
    value === null || value === '' || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0)
  )
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
  const lines = [
    `  ${paint.bold((ownValue(colors, role) ?? paint.white)(visibleLine(role)))}${note === '' ? '' : paint.dim(`  ${visibleLine(note)}`)}`,
  ]
  for (const part of parts) {
    const body = fold(wrap(visible(part.text.trimEnd()), Math.max(20, layout.width - 6)), layout.foldAt)
    if (part.label !== '') lines.push(`    ${paint.dim(visibleLine(part.label))}`)
    lines.push(...body.map(line => `    ${part.kind === 'thought' ? paint.dim(line) : line}`))
  }
  return lines
}
