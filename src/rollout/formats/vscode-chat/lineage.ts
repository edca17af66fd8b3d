import { createHash } from 'node:crypto'
import { writeJson } from '../../../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Entry } from '../../log/entries.ts'
import type { Place } from '../../log/ledger.ts'
import { contentOf } from './words.ts'

/** A request of a model, with all that was said before it, the answer, and the calls that followed. */
export type Request = {
  place: Place // of the prompt it was made for
  name: string | null
  type: string
  messages: JsonObject[]
  response: JsonObject
  metadata: JsonObject
  thinking: JsonObject | null
  calls: JsonObject[]
}

/**
 * Requests that each go on from the one before. `from`: where in its messages each begins to say what the one before did not: with the
 * answer to that one. `shared`: so many messages of the first say what stands in an earlier chain, the parent, as well.
 */
export type Chain = { requests: { request: Request; from: number }[]; parent: number | null; shared: number }

/** The requests that were made for one prompt. */
export function requestsIn({ record, place }: Entry): Request[] {
  const requests: Request[] = []
  for (const log of Array.isArray(record['logs']) ? record['logs'].filter(isObject) : []) {
    const sent = isObject(log['requestMessages']) ? log['requestMessages']['messages'] : null
    if (log['kind'] === 'toolCall') requests.at(-1)?.calls.push(log)
    if (log['kind'] !== 'request' || !Array.isArray(sent)) continue
    requests.push({
      place,
      name: stringOrNull(log['name']),
      type: stringOrNull(log['type']) ?? '',
      messages: sent.filter(isObject),
      response: isObject(log['response']) ? log['response'] : {},
      metadata: isObject(log['metadata']) ? log['metadata'] : {},
      thinking: isObject(log['thinking']) ? log['thinking'] : null,
      calls: [],
    })
  }
  return requests
}

/**
 * Divide requests into conversations: one that has the answers of another's messages, and the answer to these, goes on from it. What is
 * sent around the answers may change with every prompt.
 */
export function chainsOf(requests: readonly Request[]): Chain[] {
  const chains: Chain[] = []
  const ends = new Map<string, number>() // the chain that has come to these answers
  const opened = new Map<number, string[]>() // and what it stands under there
  const seen = new Map<string, number>() // the first chain with these answers
  for (const request of requests) {
    const prints = printsOf(request)
    const at = prints.findLastIndex(({ before, behind }) => behind !== null && (ends.has(behind) || ends.has(before)))
    const found = at < 0 ? undefined : (ends.get(prints[at]!.behind!) ?? ends.get(prints[at]!.before))
    const known = found === undefined ? prints.findLastIndex(({ behind }) => behind !== null && seen.has(behind)) : -1
    const parent = known < 0 ? null : seen.get(prints[known]!.behind!)!
    const number = found ?? chains.push({ requests: [], parent, shared: withResults(request, known + 1) }) - 1
    chains[number]!.requests.push({ request, from: found === undefined ? 0 : at })
    for (const print of opened.get(number) ?? []) ends.delete(print)
    const last = prints.at(-1)!
    const open = [last.before, printOf(last.answers, answerKey(answerText(request), request.calls.map(callId)))]
    opened.set(number, open)
    for (const print of open) ends.set(print, number)
    for (const print of [...prints.flatMap(({ behind }) => behind ?? []), ...open]) if (!seen.has(print)) seen.set(print, number)
  }
  return chains
}

/** What tools gave back behind an answer belongs to it. */
function withResults({ messages }: Request, at: number): number {
  const next = messages.findIndex(({ role }, i) => i >= at && role !== 3 && role !== 'tool')
  return at === 0 ? 0 : next < 0 ? messages.length : next
}

/** What a model said in answer to a request. */
export function answerText({ response: { message } }: Request): string {
  return Array.isArray(message) ? message.filter(piece => typeof piece === 'string').join('') : (stringOrNull(message) ?? '')
}

/** The id that a model gave a call: the editor adds a number of its own. */
export function callId({ id }: JsonObject): string | null {
  return stringOrNull(id)?.replace(/__vscode-\d+$/, '') ?? null
}

/** Prints of what was answered before a message, and behind it where it is an answer; until there is one, of all that was said. */
type Prints = { before: string; behind: string | null; answers: string }

/** Prints at each message of a request, and at the end of them. */
function printsOf({ messages }: Request): Prints[] {
  let [all, answers] = ['', '']
  const prints: Prints[] = []
  for (const { role, content, toolCalls, toolCallId } of messages) {
    const before = answers === '' ? `all ${all}` : answers
    const isAnswer = role === 2 || role === 'assistant'
    const text = contentOf(content).flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    const calls = Array.isArray(toolCalls) ? toolCalls.filter(isObject).map(callId) : []
    if (isAnswer) answers = printOf(answers, answerKey(text.join(''), calls))
    if (role === 3 || role === 'tool') answers = printOf(answers, writeJson(toolCallId ?? null))
    all = printOf(all, writeJson([role ?? null, ...text]))
    prints.push({ before, behind: isAnswer ? answers : null, answers })
  }
  return [...prints, { before: answers === '' ? `all ${all}` : answers, behind: null, answers }]
}

function answerKey(text: string, calls: readonly (string | null)[]): string {
  return writeJson([text.trim(), ...calls])
}

function printOf(before: string, key: string): string {
  return createHash('sha1').update(before).update(key).digest('base64')
}
