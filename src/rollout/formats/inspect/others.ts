import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import { answerOf, type ModelCall, type Sample } from './sample.ts'

/** A conversation in a sample that is not its own: an agent's that it spawned, or a scorer's. */
export type Other = { span: string; isReview: boolean; name: string | null; call: string | null; last: ModelCall }

/** The conversations that events tell of and the sample's messages do not. */
export function othersIn(sample: Sample): Other[] {
  const own = new Set(sample.messages.flatMap(({ record }) => (typeof record['id'] === 'string' ? [record['id']] : [])))
  const others = new Map<string, Other>()
  for (const last of sample.lastCalls.values()) {
    const answer = answerOf(last.event)
    if (Object.keys(answer).length === 0 || own.has(String(answer['id']))) continue
    const chain = ancestors(sample, last.span)
    const span = chain.find(id => ['agent', 'scorer', 'subtask'].includes(sample.spans.get(id)?.type ?? '')) ?? last.span ?? ''
    const isReview = chain.some(id => /^scorers?$/.test(sample.spans.get(id)?.type ?? ''))
    const call = chain.map(id => sample.spawned.get(id)).find(found => found !== undefined) ?? null
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

/** A span and those it lies in, from the inside out. */
function ancestors(sample: Sample, span: string | null): string[] {
  const chain: string[] = []
  const seen = new Set<string>()
  for (let at = span; at !== null && !seen.has(at); at = sample.spans.get(at)?.parent ?? null) {
    seen.add(at)
    chain.push(at)
  }
  return chain
}
