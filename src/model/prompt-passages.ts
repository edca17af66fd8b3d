import { isObject, type Json, parseJson } from '../json/json.ts'
import { endOfValue } from '../json/source-text.ts'

/** How long an extract may be. */
export const EXTRACT_LENGTH = 300

/** Lines that tell what to do rather than what there is. */
const INSTRUCTION =
  /^(?:[*-]\s*)?(?:summari[sz]e|analy[sz]e|describe|explain|write|rewrite|classify|extract|identify|return|respond|answer|reply|given|you (?:are|will|must)|your (?:task|response)|please|use the|the (?:turn|response|output|answer) (?:may|must|should)|do not|only )/i

/** Passages of a prompt that carry data rather than instructions, the most informative first. */
export function passagesOf(prompt: string): string[] {
  const passages = [...new Set(sentences(withoutJson(prompt)))]
  const seen = new Map<string, number>()
  for (const passage of passages) for (const word of wordsOf(passage)) seen.set(word, (seen.get(word) ?? 0) + 1)
  const scored = passages.map((passage, index) => ({ passage, index, score: score(passage, seen) }))
  return scored.sort((a, b) => b.score - a.score || a.index - b.index).map(({ passage }) => passage)
}

/**
 * A sentence out of a prompt: its most informative passage where that reads as prose, else the passage in quotes, said to be one. An
 * instruction of the prompt is no answer to it, so data is quoted before it, short as it may be.
 */
export function sentenceOf(prompt: string, passages: readonly string[]): string {
  const said = passages.filter(passage => !isInstruction(passage))
  const data = lastData(prompt)
  const text = said[0] ?? (data === prompt ? undefined : allStrings(parseJson(data) ?? null).findLast(piece => piece.trim() !== ''))
  if (text === undefined) return shorten(passages[0] ?? '', EXTRACT_LENGTH)
  return readsAsProse(text) ? shorten(text, EXTRACT_LENGTH) : `The text reads “${shorten(text.trim(), EXTRACT_LENGTH - 20)}”.`
}

/** Words and marks of a sentence, rather than of a command, a path or a table. */
function readsAsProse(text: string): boolean {
  const prose = text.match(/[\p{L}\p{M}\p{N}\s,.;:!?'’"“”()-]/gu)?.length ?? 0
  return /\p{L}{2,}\s+\p{L}+/u.test(text) && !/[|<>&=$\\{}`]/.test(text) && prose >= 0.85 * text.length
}

function isInstruction(passage: string): boolean {
  return INSTRUCTION.test(passage) || isLabel(passage)
}

function isLabel(passage: string): boolean {
  return passage.endsWith(':') || /^[\p{L} ]{1,24}: \S+$/u.test(passage) || new Set(wordsOf(passage)).size < 2
}

/** The passage that says most about some words; the most informative where none says anything. */
export function passageAbout(about: string, passages: readonly string[]): string {
  const wanted = new Set(wordsOf(about))
  let best = passages[0] ?? ''
  let most = 0
  for (const passage of passages) {
    const shared = new Set(wordsOf(passage).filter(word => wanted.has(word))).size
    if (shared > most) [best, most] = [passage, shared]
  }
  return best
}

/** Cut a text at a word, so that it fits. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text.slice(0, Math.max(0, length - 1))
  const space = cut.lastIndexOf(' ')
  return `${(space > length / 2 ? cut.slice(0, space) : cut).trimEnd()}…`.slice(0, length).toWellFormed()
}

/** What a prompt puts last as JSON: in a review of something, the thing itself. The whole prompt where there is none. */
export function lastData(prompt: string): string {
  const last = [...jsonValues(prompt)].at(-1)
  return last === undefined ? prompt : prompt.slice(last.start, last.end)
}

/** Each JSON value of the prompt replaced by the strings in it, one a line. */
function withoutJson(prompt: string): string {
  let out = ''
  let at = 0
  for (const { start, end, value } of jsonValues(prompt)) {
    out += `${prompt.slice(at, start)}\n${strings(value).join('\n')}\n`
    at = end
  }
  return out + prompt.slice(at)
}

/** The JSON objects and lists that stand in a prompt, not those inside others. */
function* jsonValues(prompt: string): Iterable<{ start: number; end: number; value: Json }> {
  let at = 0
  for (const { index } of prompt.matchAll(/[{[](?=\s*["{[\]}])/g)) {
    if (index < at) continue
    const end = endOfValue(prompt, index)
    const value = end < 0 ? undefined : parseJson(prompt.slice(index, end))
    if (value === undefined) continue
    yield { start: index, end, value }
    at = end
  }
}

/** The strings in a value that read as text: neither keys nor ids nor names of kinds. */
function strings(value: Json): string[] {
  if (typeof value === 'string') {
    const inner = /^\s*[{[]/.test(value) ? parseJson(value) : undefined
    if (inner !== undefined) return strings(inner)
    return /\s/.test(value.trim()) ? [value] : []
  }
  if (Array.isArray(value)) return value.flatMap(strings)
  return isObject(value) ? Object.values(value).flatMap(strings) : []
}

/** Every string in a value that may be said: no key, and no name of a kind or of who speaks. */
function allStrings(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(allStrings)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => (/^(type|role|id|tool_call_id)$/.test(key) ? [] : allStrings(item)))
}

function sentences(text: string): string[] {
  return text
    .split(/\n+|(?<=[.!?])\s+(?=[\p{Lu}\d"'`])/u)
    .map(sentence => sentence.replace(/\s+/g, ' ').trim())
    .filter(sentence => /\p{L}{2}/u.test(sentence))
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\d_]{4,}/gu) ?? []
}

/** Many words that are rare in the prompt; labels and instructions last. */
function score(passage: string, seen: ReadonlyMap<string, number>): number {
  const words = new Set(wordsOf(passage))
  let sum = 0
  for (const word of words) sum += 1 / (seen.get(word) ?? 1)
  const length = Math.min(1, EXTRACT_LENGTH / passage.length)
  return sum * length * (INSTRUCTION.test(passage) ? 0.1 : 1) * (isLabel(passage) ? 0.1 : 1)
}
