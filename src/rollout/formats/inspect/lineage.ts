import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import { answerOf, type ModelCall, type Sample } from './sample.ts'

/** A conversation in a sample that is not its own: an agent's that it spawned, or a scorer's. */
export type Other = { span: string; isReview: boolean; name: string | null; call: string | null; last: ModelCall }

/** The conversations that events tell of and the sample's messages do not. */
export function othersIn(sample: Sample): Other[] {
  const own = new Set(sample.messages.flatMap(({ record }) => (typeof record['id'] === 'string' ? [record['id']] : [])))
  const others = new Map<string, Other>()
  const kin = new Map<string, Kin>()
  for (const last of sample.lastCalls.values()) {
    const answer = answerOf(last.event)
    if (Object.keys(answer).length === 0 || own.has(String(answer['id']))) continue
    const { agent, isReview, call } = kinOf(sample, last.span, kin)
    const span = agent ?? last.span ?? ''
    others.set(span, { span, isReview, name: sample.spans.get(span)?.name ?? null, call, last })
  }
  return [...others.values()]
}

/** What a call of a model was given: its messages, or those of the pool that it names by ranges. */
export function inputOf({ event }: ModelCall, pool: readonly JsonObject[]): JsonObject[] {
  const { input, input_refs: refs } = event
  if (Array.isArray(refs) && (!Array.isArray(input) || input.length === 0)) return refs.flatMap(ref => rangeOf(ref, pool))
  return Array.isArray(input) ? input.filter(isObject) : []
}

function rangeOf(ref: Json, pool: readonly JsonObject[]): JsonObject[] {
  if (!Array.isArray(ref)) return []
  const [from, to] = ref.map(Number)
  return Number.isInteger(from) && Number.isInteger(to) ? pool.slice(Math.max(0, from!), Math.max(0, to!)).filter(isObject) : []
}

/** What a span is told by, and those it lies in: the nearest agent, whether a scorer is among them, the nearest call. */
type Kin = { agent: string | null; isReview: boolean; call: string | null }

/** Each span is looked at once: they may lie in each other thousands deep. */
function kinOf(sample: Sample, span: string | null, known: Map<string, Kin>): Kin {
  const chain: string[] = []
  const seen = new Set<string>()
  let at = span
  for (; at !== null && !known.has(at) && !seen.has(at); at = sample.spans.get(at)?.parent ?? null) {
    seen.add(at)
    chain.push(at)
  }
  let kin: Kin = (at === null ? undefined : known.get(at)) ?? { agent: null, isReview: false, call: null }
  for (const id of chain.reverse()) {
    const type = sample.spans.get(id)?.type ?? ''
    const isAgent = type === 'agent' || type === 'scorer' || type === 'subtask'
    kin = { agent: isAgent ? id : kin.agent, isReview: kin.isReview || /^scorers?$/.test(type), call: sample.spawned.get(id) ?? kin.call }
    known.set(id, kin)
  }
  return kin
}
