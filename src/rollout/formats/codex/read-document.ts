import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type JsonObject } from '../../../json/json.ts'
import { endOfValue } from '../../../json/source-text.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'

/**
 * Read the first generation, one JSON document `{session, items}`, as records: the session is number 1, its items go on
 * from 2. Each item is cut out by itself, so a document that was torn keeps the items before the tear.
 */
export async function* readDocument(
  source: Source,
  path: string,
  ledger: Ledger,
): AsyncIterable<{ place: Place; record: JsonObject; text: string }> {
  const text = (await source.text(path)) ?? ''
  if (!text.trimStart().startsWith('{')) {
    if (text.trim() !== '') ledger.settle(ledger.read(path, 1, 0), 'unparsed', 'not a JSON object')
    return
  }
  if (!DOCUMENT.test(text)) {
    // Lines under the wrong name.
    for await (const { record, text: line, ...place } of readLines(source, path, ledger, { isRecord: () => true }))
      yield { place, record, text: line }
    return
  }
  ledger.addBytes(Buffer.byteLength(text))
  const { end, sessionText } = findSession(text)
  const session = readJsonOr(sessionText)
  const place = ledger.read(path, 1, null, isObject(session) ? session : null)
  if (isObject(session)) yield { place, record: session, text: sessionText }
  else ledger.settle(place, 'unparsed', 'torn record')
  yield* readItems(text, end, path, ledger)
}

const DOCUMENT = /^\s*\{\s*"(?:session|items)"\s*:/
const SESSION = /"session"\s*:\s*(?=\{)/g
const ITEMS = /"items"\s*:\s*\[/g

function* readItems(
  text: string,
  from: number,
  path: string,
  ledger: Ledger,
): Iterable<{ place: Place; record: JsonObject; text: string }> {
  ITEMS.lastIndex = from
  if (ITEMS.exec(text) === null) return
  let at = ITEMS.lastIndex
  for (let number = 2; ; number++) {
    at = skipFiller(text, at)
    if (at >= text.length || text[at] === ']') {
      if (at >= text.length) ledger.settle(ledger.read(path, number), 'unparsed', 'torn tail')
      return
    }
    const end = endOfValue(text, at)
    const itemText = end < 0 ? '' : text.slice(at, end)
    const item = readJsonOr(itemText)
    const place = ledger.read(path, number, null, isObject(item) ? item : null)
    if (isObject(item)) yield { place, record: item, text: itemText }
    else ledger.settle(place, 'unparsed', end < 0 ? 'torn tail' : 'not a JSON object')
    if (end <= at) return
    at = end
  }
}

/** The session's text, and where the items are looked for: behind the session if it comes first, for its instructions may quote anything. */
function findSession(text: string): { sessionText: string; end: number } {
  SESSION.lastIndex = 0
  if (SESSION.exec(text) === null) return { sessionText: '', end: 0 }
  const start = SESSION.lastIndex
  const end = endOfValue(text, start)
  const isFirst = /^\s*\{\s*"session"/.test(text)
  return { sessionText: end < 0 ? '' : text.slice(start, end), end: isFirst ? Math.max(end, 0) : 0 }
}

function skipFiller(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n,'.includes(text[at]!)) at++
  return at
}
