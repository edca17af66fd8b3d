import { defineDetector, type Finding } from '../detector.ts'
import { isLettersDrawn, isPlaceholder, looksDrawn } from '../plausible.ts'
import { type KeyKind, kindOfKey } from '../secret-names.ts'

export const assignments = defineDetector({
  name: 'assignments',
  description:
    'Values under a name that says they are secret, in any notation: `DB_PASSWORD=…`, `"apiKey": "…"`, `token: …`, `--password …`, `<secret>…`',
  group: 'secret',
  keywords: [
    ...[
      'passw',
      'passphrase',
      'pwd',
      'passcode',
      'secret',
      'token',
      'apikey',
      'api_key',
      'api-key',
      'api key',
      'accesskey',
      'access_key',
      'access-key',
    ],
    ...[
      '_key',
      'key"',
      '-key',
      'key=',
      'key:',
      'keydata',
      'key_data',
      'auth',
      'credential',
      'signature',
      'sig=',
      'session',
      'mnemonic',
      'seed',
      'bearer',
      'jwt',
      'dsn',
      'identified by',
      '_pass',
      'pass=',
      'pass:',
      'pass"',
      'privatekey',
      'sharedkey',
      'pin=',
      'pin:',
      'pin"',
      'otp',
      '_pat=',
      'webhook_url',
    ],
  ],
  *find(text, hits) {
    let after = -1
    const ends = new Ends()
    for (const { at, keyword } of hits) {
      if (at < after) continue
      const found = valueAt(text, at, keyword, ends)
      if (found === null) continue
      after = found.end
      yield found
    }
  },
})

const NAME = /[A-Za-z0-9_.-]/
const LONGEST_NAME = 80

/** What stands between a name and its value: quotes that end the name, a sign, quotes that begin the value. */
const SIGN =
  /(\\{0,8}["'`]{1,2}|\])?(?:[ \t]{0,20}(=>|:=|={1,2}|:|>|,(?=[ \t]{0,20}\\{0,8}["'])|[ \t](?:is|was)(?=[ \t]))[ \t]{0,20}|([ \t]{1,4}))(\\{0,8}["'`]{1,3})?/y

function valueAt(text: string, at: number, keyword: string, ends: Ends): Finding | null {
  let start = at
  while (start > 0 && at - start < LONGEST_NAME && NAME.test(text[start - 1]!)) start--
  // The letter of an escape is none of the name.
  if (text[start - 1] === '\\' && /[nrt]/.test(text[start]!)) start++
  let end = at + keyword.replace(/[="':]+$/, '').length
  while (end < text.length && end - at < LONGEST_NAME && NAME.test(text[end]!)) end++
  const isOption = text.startsWith('--', start)
  const name = text.slice(start, end).replace(/^[-.]+|[-.]+$/g, '')
  SIGN.lastIndex = end
  const sign = SIGN.exec(text)
  if (sign === null) return null
  const kind = keyword === 'identified by' ? 'password' : kindOfKey(name)
  if (kind === null) return null
  const [all, , mark, space, quote] = sign
  if (space !== undefined && quote === undefined && !isOption && !LOGIN.test(text.slice(Math.max(0, start - 90), start))) return null
  const isMachine = space !== undefined && MACHINE.test(text.slice(Math.max(0, start - 240), start))
  if (space !== undefined && quote !== undefined && !isOption && kind !== 'password') return null
  const isSentence = mark?.endsWith('s') === true
  let from = end + all.length
  // A scheme before the value is none of it.
  const scheme = /^(?:Bearer|Basic|Token|ApiKey)[ \t]{1,4}/i.exec(text.slice(from, from + 12))
  if (scheme !== null) from += scheme[0].length
  const to = endOfValue(text, from, quote, /^[A-Z0-9_]+$/.test(name) && mark === '=', ends)
  const value = text.slice(from, Math.min(to, from + LOOKED_AT))
  // In a sentence stand words: of them a password is told by how it looks alone.
  if (
    isSentence &&
    (kind !== 'password' || ![/\d/, /[a-z]/, /[A-Z]/].every(one => one.test(value)) || !looksDrawn(value.replace(/[.!?]+$/, '')))
  )
    return null
  if (
    isMachine
      ? value.length < 4 || isPlaceholder(value)
      : !isSecret(value, kind, { isQuoted: quote !== undefined, isEnvironment: /^[A-Z0-9_]{3,}$/.test(name), follows: text[to] ?? '' })
  )
    return null
  return { start: from, end: to, rule: `${kind}-value`, stand: 'secret' }
}

/** A password behind the name of who logs in. */
const LOGIN = /(?:\b|\\n)login[ \t]{1,4}\S{1,64}(?:[ \t]{1,4}|(?:\n|\\n)[ \t]{0,8})$/

/** As `.netrc` says it: what stands there is a password, whatever it is. */
const MACHINE =
  /(?:(?:\b|\\n)machine[ \t]{1,4}\S{1,100}|(?:\b|\\n)default)(?:[ \t]{1,4}|(?:\n|\\n)[ \t]{0,8})login[ \t]{1,4}\S{1,64}(?:[ \t]{1,4}|(?:\n|\\n)[ \t]{0,8})$/

const LONGEST_VALUE = 8192

/** So much of a value tells what it is. */
const LOOKED_AT = 256

/** Where values without quotes end, for whoever asks again from within one. */
class Ends {
  private from = 0
  private to = -1
  private isLine = false

  of(text: string, from: number, isLine: boolean): number {
    if (isLine === this.isLine && from >= this.from && from < this.to) return this.to
    const stop = isLine ? /[\s"'`\\<>]/ : /[\s"'`\\<>,;)}\]&|]/
    let to = from
    while (to < text.length && to - from < LONGEST_VALUE && !stop.test(text[to]!)) to++
    this.from = from
    this.to = to
    this.isLine = isLine
    return to
  }
}

function endOfValue(text: string, from: number, quote: string | undefined, isLine: boolean, ends: Ends): number {
  const limit = Math.min(text.length, from + LONGEST_VALUE)
  if (quote !== undefined) {
    const last = quote[quote.length - 1]!
    for (let i = from; i < limit; i++) {
      if (text[i] === '\n') return i
      if (text[i] === last) return text[i - 1] === '\\' && i > from ? escapesBefore(text, i) : i
    }
    return limit
  }
  return ends.of(text, from, isLine)
}

function escapesBefore(text: string, at: number): number {
  let i = at
  while (text[i - 1] === '\\') i--
  return i
}

type Place = { isQuoted: boolean; isEnvironment: boolean; follows: string }

function isSecret(value: string, kind: KeyKind, { isQuoted, isEnvironment, follows }: Place): boolean {
  if (value.length < 6 || isPlaceholder(value) || isCode(value, follows)) return false
  if (kind === 'words' && value.split('+').length >= 12) return true
  if (/\s/.test(value)) return kind === 'words' && value.split(/\s+/).length >= 12
  if (looksDrawn(value)) return true
  if (/^[0-9a-fA-F-]{16,}$/.test(value) && /\d/.test(value)) return true
  if (kind !== 'password') return /^[A-Za-z0-9+/=_-]{32,}$/.test(value) && /\d/.test(value)
  // People choose words with something in or behind them; programs draw letters, large and small ones.
  if (isLettersDrawn(value)) return true
  if (!/^[\x21-\x7e]+$/.test(value)) return false
  return (/\d/.test(value) || /[^\w.-]/.test(value)) && /[A-Za-z]/.test(value) && (isQuoted || isEnvironment || value.length >= 8)
}

/** Calls, members of objects, paths and addresses are told by what they are written with. */
function isCode(value: string, follows: string): boolean {
  if (
    /[([{]/.test(follows) ||
    /^(?:process\.|os\.|env\.|self\.|this\.|req\.|config\.|settings\.|ctx\.|System\.|secrets\.|vault:|arn:|op:\/\/)/.test(value)
  )
    return true
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value) && !looksDrawn(value.slice(0, value.indexOf('.')))) return true
  if (/\w\(|\)[;,.]?$|=>|^!|[!=]==?(?=\w)/.test(value) || /^(?:https?|file|ssh):\/\//.test(value)) return true
  return /^[~.]{0,2}\/[\w.@/-]+$/.test(value) && !/[A-Z]/.test(value)
}
