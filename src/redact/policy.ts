import { createHash } from 'node:crypto'
import { RE2JS } from 're2js'
import { parse } from 'yaml'
import { decodeText } from '../disk/decode-text.ts'
import { readBytes } from '../disk/read-file.ts'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { didYouMean } from '../nearest.ts'
import { systemReason } from '../system-error.ts'
import type { Detector, Stand } from './detector.ts'
import * as detectors from './detectors.ts'
import { RULES_DIGEST } from './rules-digest.ts'

/** What is redacted. `hash` says which rules these were: it stands beside every row. */
export type RedactionPolicy = { name: string; hash: string; detectors: readonly Detector[]; allowed: ReadonlySet<string> }

/** 'default', or a file of YAML with rules of one's own. Throws where it cannot be read or used: nothing is exported by half a policy. */
export function redactionPolicy(name: string): RedactionPolicy {
  const own = name === 'default' ? {} : readPolicy(name)
  const off = textsOf(own, 'off', name)
  const known = Object.values(detectors).map(detector => detector.name as string)
  for (const one of off)
    if (!known.includes(one))
      throw refused(name, `there is no detector '${one}' to turn off`, didYouMean(one, known, `Detectors are ${known.join(', ')}`))
  const terms = textsOf(own, 'terms', name)
  const allow = textsOf(own, 'allow', name)
  const rules = own['rules'] ?? []
  if (!Array.isArray(rules)) throw refused(name, 'rules is no list', 'Expected a list of rules with name and pattern')
  const made = rules.map((rule, i) => ruleOf(rule, `${name}: rule ${i + 1}`))
  return {
    name: name === 'default' ? 'default' : 'own',
    hash: createHash('sha256')
      .update(writeJson([RULES_DIGEST, off, terms, allow, rules]))
      .digest('hex')
      .slice(0, 16),
    detectors: [
      ...Object.values(detectors).filter(detector => !off.includes(detector.name)),
      ...made,
      ...(terms.length > 0 ? [termsDetector(terms)] : []),
    ],
    allowed: new Set(allow.map(text => text.toLowerCase())),
  }
}

const STANDS: readonly Stand[] = ['secret', 'user', 'host', 'mail', 'address', 'phone', 'number']

/** A rule of the user's. Their patterns are matched in linear time, whatever they are. */
function ruleOf(rule: Json, where: string): Detector {
  if (!isObject(rule) || typeof rule['name'] !== 'string' || typeof rule['pattern'] !== 'string')
    throw refused(where, 'it has no name or no pattern', 'Expected name, pattern and, if you like, keywords and stand')
  const { name, pattern, stand = 'secret' } = rule
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name as string))
    throw refused(where, `found name '${String(name)}'`, 'Expected small letters, digits and dashes')
  if (!STANDS.includes(stand as Stand)) throw refused(where, `found stand ${writeJson(stand)}`, `Expected one of ${STANDS.join(', ')}`)
  const keywords = textsOf(rule, 'keywords', where).map(word => word.toLowerCase())
  if (keywords.some(word => word.length < 3))
    throw refused(where, 'a keyword has fewer than three letters', 'Leave it out or name a longer one')
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(pattern as string)
  } catch (error) {
    throw refused(
      where,
      `pattern ${writeJson(pattern)}: ${(error as Error).message}`,
      'Patterns are RE2: no look-around, no back-references',
    )
  }
  if (compiled.matcher('').matches()) throw refused(where, 'the pattern matches the empty text', 'Make it ask for at least one letter')
  return {
    name: name as string,
    description: 'A rule of the user',
    group: stand === 'secret' ? 'secret' : 'personal',
    keywords,
    *find(text) {
      const matcher = compiled.matcher(text)
      const group = matcher.groupCount() > 0 ? 1 : 0
      while (matcher.find()) {
        const [start, end] = [matcher.start(group), matcher.end(group)]
        if (start >= 0 && end > start) yield { start, end, rule: name as string, stand: stand as Stand }
      }
    },
  }
}

function termsDetector(terms: readonly string[]): Detector {
  return {
    name: 'terms',
    description: 'Texts that the user named',
    group: 'secret',
    keywords: [],
    *find(text) {
      const folded = text.toLowerCase()
      if (folded.length !== text.length) return yield* exactly(text, terms)
      yield* exactly(
        folded,
        terms.map(term => term.toLowerCase()),
      )
    },
  }
}

function* exactly(text: string, terms: readonly string[]) {
  for (const term of terms)
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length))
      yield { start: at, end: at + term.length, rule: 'term', stand: 'secret' as const }
}

const KEYS = ['off', 'terms', 'allow', 'rules']

function readPolicy(path: string): JsonObject {
  let value: unknown
  try {
    value = parse(decodeText(readBytes(path), 'read redaction policy', path))
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    const reason =
      error instanceof Error && 'code' in error && 'errno' in error ? systemReason(error) : (error as Error).message.split('\n')[0]
    throw new TracewrightError('usage', `Cannot read redaction policy '${path}': ${reason}`, {
      hint: "Name a file of YAML, or 'default'",
      cause: error,
    })
  }
  if (!isObject(value as Json)) throw refused(path, 'it is no mapping', `Expected ${KEYS.join(', ')}`)
  const odd = Object.keys(value as JsonObject).find(key => !KEYS.includes(key))
  if (odd !== undefined) throw refused(path, `found '${odd}'`, `Expected ${KEYS.join(', ')}`)
  return value as JsonObject
}

function textsOf(policy: JsonObject, key: string, where: string): string[] {
  const value = policy[key] ?? []
  if (Array.isArray(value) && value.every(one => typeof one === 'string' && one !== '')) return value as string[]
  throw refused(where, `${key} is no list of texts`, `Write ${key}: ['…']`)
}

function refused(where: string, found: string, hint: string): TracewrightError {
  return new TracewrightError('usage', `Cannot use redaction policy ${where}: ${found}`, { hint })
}
