import { writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import type { Row } from '../row.ts'
import { visible } from '../visible.ts'
import { isConversation, isMessage, type ShownTurn, shownTurn, shownTurns } from './conversation.ts'
import type { ShownRecord } from './record.ts'
import { recordPictures } from './record-pictures.ts'

/** A record as HTML that stands by itself, for notebooks. Everything from the logs is escaped. */
export function recordHTML(record: ShownRecord): string {
  const { row, seedColumns } = record
  const names = Object.keys(row).filter(name => name !== 'message_meta')
  const section = (title: string, chosen: string[], row: Row = record.row) =>
    chosen.length === 0
      ? ''
      : `<h4>${title}</h4><table>${chosen.map(name => `<tr><th>${escapeHTML(name)}</th><td>${cell(ownValue(row, name) ?? null, record)}</td></tr>`).join('')}</table>`
  const artifacts = Object.entries(record.artifacts ?? {}).map(([processor, made]) =>
    section(`Made by processor '${escapeHTML(processor)}'`, Object.keys(made), made),
  )
  const note = record.note ? ` · ${escapeHTML(record.note)}` : ''
  return `<div class="tracewright-record"><style>${STYLE}</style><h3>record ${record.index + 1} of ${record.count}${note}</h3>${section(
    'Seed columns',
    names.filter(name => seedColumns.includes(name)),
  )}${section(
    'Generated columns',
    names.filter(name => !seedColumns.includes(name)),
  )}${artifacts.join('')}</div>`
}

/** The same as a page of its own. */
export function recordPage(record: ShownRecord, theme: 'light' | 'dark'): string {
  const colours = theme === 'dark' ? 'color:#e6e6e6;background:#1a1a1a' : 'color:#1a1a1a;background:#fff'
  const head = `<meta charset="utf-8"><title>Record ${record.index + 1}</title><style>body{font-family:sans-serif;margin:2em;${colours}}</style>`
  return `<!doctype html><html lang="en"><head>${head}</head><body>${recordHTML(record)}</body></html>\n`
}

const STYLE =
  '.tracewright-record table{border-collapse:collapse;width:100%}.tracewright-record th{text-align:left;vertical-align:top;padding:2px 12px 2px 0;white-space:nowrap}' +
  '.tracewright-record td{vertical-align:top;padding:2px 0;text-align:left}.tracewright-record pre{white-space:pre-wrap;margin:0;max-height:16em;overflow:auto}' +
  '.tracewright-record img{max-width:100%;max-height:24em;margin:0 8px 8px 0}' +
  '.tracewright-record .role{font-weight:bold;margin-top:6px}.tracewright-record .note,.tracewright-record .thought{opacity:.65}'

function cell(value: Json, { row, readPicture }: ShownRecord): string {
  const meta = row['message_meta']
  const pictures = recordPictures(value, readPicture)
  if (pictures !== null)
    return pictures
      .map(({ words, url }) => (url === null ? `<pre>${escapeHTML(words)}</pre>` : `<img src="${url}" alt="${escapeHTML(words)}">`))
      .join('')
  if (isConversation(value))
    return shownTurns(value, Array.isArray(meta) && meta.length === value.length ? meta : [])
      .map(turn)
      .join('')
  if (isMessage(value)) return turn(shownTurn(value))
  return `<pre>${escapeHTML(isWord(value) ? String(value) : writeJson(value, 2))}</pre>`
}

function turn({ role, note, parts }: ShownTurn): string {
  const body = parts.map(
    part =>
      `${part.label === '' ? '' : `<div class="note">${escapeHTML(part.label)}</div>`}<pre class="${part.kind}">${escapeHTML(part.text)}</pre>`,
  )
  return `<div class="role">${escapeHTML(role)} <span class="note">${escapeHTML(note)}</span></div>${body.join('')}`
}

function escapeHTML(text: string): string {
  return visible(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
}

/** A text, and a number that JSON has no word for. */
function isWord(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'number' && !Number.isFinite(value))
}
