import type { Usage } from '../rollout/conversation/row.ts'
import { dollars } from '../rollout/conversation/usage.ts'
import type { Facts, Response, StoredFacts } from './facts.ts'
import { SameResponses } from './same-responses.ts'

/** What is read to find which responses are told more than once. */
export const COUNTED_FACTS = ['source_kind', 'responses', 'rest', 'marks'] as const satisfies readonly (keyof StoredFacts)[]

/** Of a session's facts, what counts in it. */
export type Counted = Pick<StoredFacts, (typeof COUNTED_FACTS)[number]>

/**
 * Finds what each session of a dataset took where several logs tell the same responses: a piece of one, a log that grew, the log of a
 * gateway beside an agent's. Each is counted in one session, the one that took most responses, and with the most that any log says of it.
 * Rows stay as they are. `read` gives facts in the order of rows, once or twice. Given back is what becomes of the facts of a row, by its number.
 */
export async function countOnce(read: () => AsyncIterable<Counted>): Promise<(facts: StoredFacts, number: number) => Facts> {
  const same = new SameResponses()
  let number = 0
  for await (const facts of read()) {
    const own = new Map(facts.responses.map(response => [response.message, response]))
    for (const mark of facts.marks) {
      const response = own.get(mark.message)
      const [tokens, at] = [response ?? mark.took, response?.at ?? null]
      same.add({ ...mark, row: number, kind: facts.source_kind ?? '', at, tokens, isOwn: response !== undefined })
    }
    same.endOfRow(facts.responses.length)
    number++
  }
  same.end()
  const most = same.areSome ? await mostTold(read, same) : new Map<number, Most>()
  return ({ marks, ...facts }, row) => {
    const isOfOthers = facts.rest !== null && facts.responses.length === 0 && isToldElsewhere(marks, same, row)
    const rest = isOfOthers ? null : facts.rest
    if (most.size === 0) return rest === facts.rest ? facts : { ...facts, rest }
    const responses = facts.responses.flatMap(response => {
      const group = same.groupOf(row, response.message)
      if (group === null) return [response]
      if (same.holderOf(group) !== row) return []
      const told = most.get(group)
      return told === undefined || told.isSeveral ? [response] : [{ ...response, ...told.usage, model: response.model ?? told.model }]
    })
    return { ...facts, responses, rest }
  }
}

/** The most that is told of a response. `isSeveral`: who holds it tells several under one id. */
type Most = { usage: Usage; model: string | null; isSeveral: boolean }

async function mostTold(read: () => AsyncIterable<Counted>, same: SameResponses): Promise<Map<number, Most>> {
  const most = new Map<number, Most>()
  let row = 0
  for await (const { responses, marks } of read()) {
    const own = new Map(responses.map(response => [response.message, response]))
    const held = new Set<number>()
    for (const mark of marks) {
      const group = same.groupOf(row, mark.message)
      const told = group === null ? undefined : (own.get(mark.message) ?? mark.took ?? undefined)
      if (group === null || told === undefined) continue
      const known = most.get(group)
      const model = known?.model ?? (told as Partial<Response>).model ?? null
      const isSeveral = known?.isSeveral === true || held.has(group)
      if (!mark.replay && same.holderOf(group) === row) held.add(group)
      most.set(group, { usage: known === undefined ? usageOf(told) : larger(known.usage, told), model, isSeveral })
    }
    row++
  }
  return most
}

const KEYS = ['input_tokens', 'output_tokens', 'cached_input_tokens', 'cache_write_tokens', 'reasoning_tokens', 'cost_usd'] as const

function usageOf(usage: Usage): Usage {
  return Object.fromEntries(KEYS.map(key => [key, usage[key] ?? null])) as Usage
}

function larger(a: Usage, b: Usage): Usage {
  const of = (key: keyof Usage) => ((a[key] ?? b[key] ?? null) === null ? null : Math.max(a[key] ?? 0, b[key] ?? 0))
  return { ...(Object.fromEntries(KEYS.map(key => [key, of(key)])) as Usage), cost_usd: dollars(of('cost_usd')) }
}

/** Whether all answers of a session that counts its tokens in one sum are told, and counted, elsewhere. */
function isToldElsewhere(marks: StoredFacts['marks'], same: SameResponses, row: number): boolean {
  return marks.length > 0 && marks.every(({ message, replay }) => replay || isElsewhere(same, row, message))
}

function isElsewhere(same: SameResponses, row: number, message: number): boolean {
  const group = same.groupOf(row, message)
  const holder = group === null ? null : same.holderOf(group)
  return holder !== null && holder !== row
}
