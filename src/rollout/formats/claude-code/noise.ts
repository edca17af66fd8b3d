import type { Bucket } from '../../log/ledger.ts'

/** What the graph needs of a record that was not decoded. */
export type SkippedLink = { uuid: string; parent: string | null; isSidechain: boolean; timestamp: string | null }

const HEAD_BYTES = 1024
const PROGRESS = /,"type":"progress","(?:slug":"[^"\\{]*","|agentId":"[^"\\{]*",")*data":$/
const BRACE = 0x7b
const QUOTE = 0x22
const OBJECT = Buffer.from('{"')
const PARENT = /^\{"parentUuid":(?:null|"([^"\\]+)"),/
const UUID = /"uuid":"([^"\\]+)"/
const TIME = /"timestamp":"([^"\\]+)"/

/**
 * Whether the bytes of a line are one whole record of a kind that holds nothing of the conversation: the progress of a tool or hook,
 * or a snapshot of edited files. Judged only where nothing else can be on the line; in any doubt the line is decoded.
 */
export function skipNoise(bytes: Buffer, onLink: ((link: SkippedLink) => void) | null): { bucket: Bucket; reason: string } | null {
  if (bytes.length < 32 || bytes[0] !== BRACE || bytes[1] !== QUOTE || !endsWithBrace(bytes)) return null
  // Every line comes by here: the first letter of the first key tells most.
  if (bytes[2] === 0x74 && startsWith(bytes, '{"type":"file-history-snapshot","messageId":"'))
    // No other key of a snapshot is called type, and every record that could be glued to it has one.
    return bytes.indexOf('"type":', 2) < 0 ? { bucket: 'noise', reason: 'file-history-snapshot' } : null
  if (bytes[2] !== 0x70) return null
  const data = firstObject(bytes)
  return endsKeyData(bytes, data) ? skipProgress(bytes, data, onLink) : null
}

/** Quotes in strings are escaped, so `{"` opens an object (or a string ended in a brace: then the line is decoded). */
function firstObject(bytes: Buffer): number {
  let at = bytes.indexOf(BRACE, 1)
  while (at >= 0 && bytes[at + 1] !== QUOTE) at = bytes.indexOf(BRACE, at + 1)
  return at
}

function skipProgress(
  bytes: Buffer,
  data: number,
  onLink: ((link: SkippedLink) => void) | null,
): { bucket: Bucket; reason: string } | null {
  if (data > HEAD_BYTES || bytes.indexOf(OBJECT, data + 1) >= 0) return null
  const head = bytes.toString('latin1', 0, data)
  const parent = PARENT.exec(head)
  if (parent === null || !PROGRESS.test(head)) return null
  const tail = behindData(bytes.toString('latin1', Math.max(data, bytes.length - HEAD_BYTES)))
  const uuid = UUID.exec(tail)
  if (uuid === null) return null
  const time = TIME.exec(tail)
  onLink?.({
    uuid: alone(uuid[1]!),
    parent: parent[1] === undefined ? null : alone(parent[1]),
    isSidechain: head.includes('"isSidechain":true'),
    timestamp: time === null ? null : alone(time[1]!),
  })
  return { bucket: 'noise', reason: 'progress' }
}

/** A text of its own: what an expression found keeps all in memory that it was found in. */
function alone(found: string): string {
  return Buffer.from(found, 'latin1').toString('latin1')
}

/** The record's own keys behind the last object or list of objects in it. */
function behindData(end: string): string {
  const close = end.lastIndexOf('}')
  return end.slice(Math.max(end.lastIndexOf('}', close - 1), end.lastIndexOf('{')) + 1, close)
}

/** Whether `"data":` stands before a position. */
function endsKeyData(bytes: Buffer, at: number): boolean {
  return at > 7 && bytes[at - 1] === 0x3a && bytes[at - 3] === 0x61 && bytes[at - 6] === 0x64
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.length >= text.length && bytes.toString('latin1', 0, text.length) === text
}

function endsWithBrace(bytes: Buffer): boolean {
  let at = bytes.length - 1
  while (at > 0 && (bytes[at] === 0x0d || bytes[at] === 0x20)) at--
  return bytes[at] === 0x7d
}
