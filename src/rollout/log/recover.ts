import { isObject, type JsonObject, parseJson } from '../../json/json.ts'
import { endOfString } from '../../json/source-text.ts'

/** A stretch of a damaged line: a whole record, or, with null, what is none. */
export type Stretch = { start: number; end: number; record: JsonObject | null }

/** What is recovered from, and how. */
export type RecoverOptions = {
  isRecord(record: JsonObject): boolean
  isEnded?: boolean // whether a line break stood behind the text; default true
  onStep?(): void // told of each token that is looked at; tests count with it
}

/** Deeper than this nobody's record goes; what does is damage, and is not followed. */
const MAX_DEPTH = 1 << 16

/**
 * What stands on a damaged line: whole records, and the stretches between them that are none. One pass: objects are walked token by
 * token, and where the grammar breaks the tear lies in the last thing that was read or behind it. So an object is a record only where
 * one may stand: at the top, or as that last thing or behind it. What stands further inside a torn record is a piece of it.
 */
export function* recover(text: string, options: RecoverOptions): Iterable<Stretch> {
  const { isRecord, isEnded = true } = options
  const walk = new Walk(text, options.onStep ?? (() => {}))
  let lost = 0 // where the stretch begins that no record was found in
  let isTorn = false // an object began in that stretch and did not end
  const recordAt = (start: number, end: number): JsonObject | null => {
    if (goesOn(text, end) && (isTorn || isMember(text, start, lost))) return null
    const value = parseJson(text.slice(start, end))
    return isObject(value) && isRecord(value) ? value : null
  }
  for (let at = text.indexOf('{'); at >= 0; ) {
    const walked = walk.from(at)
    const { last, end, reached, isWhole } = walked
    isTorn ||= !isWhole
    const start = isWhole ? at : last
    // A record that somebody appended behind a torn one ends with its line; a torn record does not.
    const isCandidate = isWhole || (text[start] === '{' && start > at && (reached < text.length || isEnded))
    const record = isCandidate && !isPiece(text, walked) ? recordAt(start, end) : null
    if (record !== null) {
      if (text.slice(lost, start).trim() !== '') yield { start: lost, end: start, record: null }
      yield { start, end, record }
      lost = end
      isTorn = false
      at = text.indexOf('{', end)
    } else at = text.indexOf('{"', text[start] === '"' ? start : Math.max(end, at + 1))
  }
  if (text.slice(lost).trim() !== '') yield { start: lost, end: text.length, record: null }
}

/**
 * Whether an object that ends where a torn record does is a piece of it, and no record behind it: it has the keys of the element of its list
 * before it, or is the first and more follows on its line. A record that somebody appended behind `[` or `:` has its line's end behind
 * it, and some key that the torn one has too: a log's records begin alike.
 */
function isPiece(text: string, { isWhole, last, end, reached, list, keys }: Walked): boolean {
  if (isWhole || text[last] !== '{') return false
  if (list !== null && list.before >= 0)
    return keysIn(text.slice(list.before, list.beforeEnd)).join() === keysIn(text.slice(last, end)).join()
  if (list?.isFirst && reached < text.length) return true
  if (keys.length === 0 || list?.isFirst === false) return false
  const own = new Set(keysIn(text.slice(last, end)))
  return own.size > 0 && !keys.some(([start, end]) => own.has(text.slice(start, end)))
}

/** The keys of an object as they are written. */
function keysIn(text: string): string[] {
  const value = parseJson(text)
  return isObject(value) ? Object.keys(value).map(key => JSON.stringify(key)) : []
}

/** Whether an object is held by another: its holder goes on behind it. */
function goesOn(text: string, end: number): boolean {
  let behind = end
  while (behind < text.length && isSpace(text.charCodeAt(behind))) behind++
  return behind < text.length && ',]}'.includes(text[behind]!)
}

/** Whether an object is a member of something whose start is lost: a comma or colon stands before it. */
function isMember(text: string, start: number, lost: number): boolean {
  let before = start - 1
  while (before >= lost && isSpace(text.charCodeAt(before))) before--
  return before >= lost && ':,['.includes(text[before]!)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

/**
 * The last value or token that fitted the grammar, from `last` to `end`; `reached` is where something did not. `list`: where that is an object
 * in a list, and where the object before it in the list stands.
 */
type Walked = { last: number; end: number; reached: number; isWhole: boolean; list: Neighbours | null; keys: Stretched[] }

/** Where something begins and ends; of `keys`, the first of the outermost object. */
type Stretched = [start: number, end: number]

/** `before`: -1 where the element before is no object, or there is none. */
type Neighbours = { before: number; beforeEnd: number; isFirst: boolean }

/** A record that was appended has one of these at the latest, and a hostile one may have a million. */
const MAX_KEYS = 64

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.+-])/y

/** What stands before an object in the list that begins at `list`; `ended`: the object that ended last in it. */
function neighboursOf(text: string, list: number, start: number, ended: Stretched | undefined): Neighbours {
  const isFirst = text.slice(list + 1, Math.min(start, list + 65)).trim() === '' && start - list < 65
  const isNext = ended !== undefined && /^\s*,\s*$/.test(text.slice(ended[1], Math.min(start, ended[1] + 65)))
  return isNext ? { before: ended[0], beforeEnd: ended[1], isFirst } : { before: -1, beforeEnd: -1, isFirst }
}

/** Walks one value by the grammar of JSON, without recursion. */
class Walk {
  private readonly text: string
  private readonly onStep: () => void
  private noQuoteFrom = Number.POSITIVE_INFINITY // a string that opens behind this place is known not to close

  constructor(text: string, onStep: () => void) {
    this.text = text
    this.onStep = onStep
  }

  from(start: number): Walked {
    const { text } = this
    const opened: number[] = [] // where each container begins that is open
    const ended: Stretched[] = [] // by depth: the object that ended last in a container that is open
    const keys: Stretched[] = []
    let list: Neighbours | null = null
    let expects: 'value' | 'key' | 'colon' | 'comma' = 'value'
    let isFirst = false // in its container, which may then close
    let last = start
    let end = start
    let at = start
    for (; at < text.length; end = at) {
      while (isSpace(text.charCodeAt(at))) at++
      if (at === text.length) break
      this.onStep()
      const c = text[at]!
      const top = opened.at(-1)
      if (c === '}' || c === ']') {
        if (top === undefined || text[top] !== (c === '}' ? '{' : '[') || !(expects === 'comma' || isFirst)) break
        last = opened.pop()!
        at++
        if (opened.length === 0) return { last, end: at, reached: at, isWhole: true, list: null, keys }
        list = null
        if (text[last] === '{') {
          if (text[opened.at(-1)!] === '[') list = neighboursOf(text, opened.at(-1)!, last, ended[opened.length])
          ended[opened.length] = [last, at]
        }
        expects = 'comma'
        isFirst = false
      } else if (expects === 'comma') {
        if (c !== ',') break
        expects = text[top!] === '{' ? 'key' : 'value'
        last = ++at
      } else if (expects === 'colon') {
        if (c !== ':') break
        expects = 'value'
        last = ++at
      } else if (c === '"') {
        const close = this.stringEnd(at)
        last = at
        at = close < 0 ? text.length : close
        if (close < 0) break
        if (expects === 'key' && opened.length === 1 && keys.length < MAX_KEYS) keys.push([last, at])
        expects = expects === 'key' ? 'colon' : 'comma'
        isFirst = false
      } else if (expects === 'key') break
      else if (c === '{' || c === '[') {
        if (opened.length >= MAX_DEPTH) break
        opened.push(at)
        ended.length = Math.min(ended.length, opened.length)
        last = at
        expects = c === '{' ? 'key' : 'value'
        isFirst = true
        at++
      } else {
        SCALAR.lastIndex = at
        if (!SCALAR.test(text)) break
        last = at
        at = SCALAR.lastIndex
        expects = 'comma'
        isFirst = false
      }
    }
    return { last, end, reached: at, isWhole: false, list, keys }
  }

  private stringEnd(at: number): number {
    if (at >= this.noQuoteFrom) return -1
    const end = endOfString(this.text, at)
    if (end < 0) this.noQuoteFrom = at
    return end
  }
}
