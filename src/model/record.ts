import { isObject, type JsonObject } from '../json/json.ts'
import type { Model, ModelReply } from './model.ts'
import { findModelError } from './model-error.ts'

/** What an alias has used. Tokens count what the server reported; `unreported` is how many replies came without a count. */
export type Usage = {
  /** Calls that gave a reply. */
  succeeded: number
  /** Calls given up. */
  failed: number
  /** Further attempts. */
  retried: number
  /** Replies that were kept from before, and cost nothing. */
  cached: number
  /** cached_input_tokens included. */
  input_tokens: number
  /** Tokens of prompts that came from a cache of the provider. */
  cached_input_tokens: number
  /** reasoning_tokens included. */
  output_tokens: number
  /** Those of the replies that were thought; null: not told. */
  reasoning_tokens: number
  /** Calls whose tokens the server did not tell. */
  unreported: number
  /** Some counts are estimates. */
  estimated: boolean
}

/** Usage by alias. */
export class UsageTally {
  private readonly byAlias = new Map<string, Usage>()

  /** The usage of an alias; a fresh one where it has none. */
  of(alias: string): Usage {
    const usage = this.byAlias.get(alias) ?? emptyUsage()
    this.byAlias.set(alias, usage)
    return usage
  }

  /** Count a reply. */
  add(alias: string, reply: ModelReply): void {
    const usage = this.of(alias)
    if (reply.cached) {
      usage.cached++
      return
    }
    const { input, cached_input, output, reasoning, estimated = false } = reply.usage
    usage.succeeded++
    usage.retried += reply.attempts - 1
    usage.input_tokens += input ?? 0
    usage.cached_input_tokens += cached_input ?? 0
    usage.output_tokens += output ?? 0
    usage.reasoning_tokens += reasoning ?? 0
    if (input === null || output === null) usage.unreported++
    usage.estimated ||= estimated
  }

  /** Count a call that was given up. */
  addFailure(alias: string, attempts: number): void {
    const usage = this.of(alias)
    usage.failed++
    usage.retried += attempts - 1
  }

  /** Add what was used before, e.g. by the run that is resumed. */
  merge(json: JsonObject): void {
    for (const [alias, stored] of Object.entries(json)) {
      if (!isObject(stored)) continue
      const usage = this.of(alias) as unknown as Record<string, number | boolean>
      for (const [key, value] of Object.entries(stored)) {
        if (typeof value === 'number') usage[key] = Number(usage[key] ?? 0) + value
        else if (value === true) usage[key] = true
      }
    }
  }

  /** Usage by alias, as plain JSON. */
  toJSON(): { [alias: string]: Usage } {
    return Object.fromEntries([...this.byAlias].map(([alias, usage]) => [alias, { ...usage }]))
  }
}

function emptyUsage(): Usage {
  const counts = { succeeded: 0, failed: 0, retried: 0, cached: 0, unreported: 0 }
  return { ...counts, input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, estimated: false }
}

/** A model whose use is counted under an alias. Cancelled calls are not failures. */
export function record(model: Model, tally: UsageTally, alias: string): Model {
  return {
    async generate(request, options) {
      try {
        const reply = await model.generate(request, options)
        tally.add(alias, reply)
        return reply
      } catch (thrown) {
        const failure = findModelError(thrown)
        if (failure !== null) tally.addFailure(alias, failure.attempts)
        throw thrown
      }
    },
  }
}
