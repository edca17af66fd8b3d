import type { ModelReply } from '../model.ts'
import type { ModelError } from '../model-error.ts'
import type { Asker, ModelObserver } from './observer.ts'

/** What was used of a model. Tokens count what the server reported; `unreported` is how many replies came without a count. */
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
  /** Pictures that were drawn; absent: none. */
  images?: number
  /** Some counts are estimates. */
  estimated: boolean
}

/** Counts what is used, by who asks. */
export class UsageTally implements ModelObserver {
  private readonly columns = new Map<string, Map<string, Usage>>()

  replied(asker: Asker, reply: ModelReply): void {
    const usage = this.of(asker)
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
    if (reply.usage.images) usage.images = (usage.images ?? 0) + reply.usage.images
    usage.estimated ||= estimated
  }

  failed(asker: Asker, { attempts }: ModelError): void {
    const usage = this.of(asker)
    usage.failed++
    usage.retried += attempts - 1
  }

  /** What each column used of each alias. */
  entries(): { column: string; alias: string; usage: Usage }[] {
    return [...this.columns].flatMap(([column, aliases]) => [...aliases].map(([alias, usage]) => ({ column, alias, usage })))
  }

  /** Usage by alias, as plain JSON. */
  toJSON(): { [alias: string]: Usage } {
    const byAlias = Map.groupBy(this.entries(), ({ alias }) => alias)
    return Object.fromEntries([...byAlias].map(([alias, entries]) => [alias, sumOf(entries.map(({ usage }) => usage))]))
  }

  private of({ column, alias }: Asker): Usage {
    let aliases = this.columns.get(column)
    if (aliases === undefined) this.columns.set(column, (aliases = new Map()))
    const usage = aliases.get(alias) ?? emptyUsage()
    aliases.set(alias, usage)
    return usage
  }
}

/** Nothing used. */
export function emptyUsage(): Usage {
  const counts = { succeeded: 0, failed: 0, retried: 0, cached: 0, unreported: 0 }
  return { ...counts, input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, estimated: false }
}

function sumOf(usages: readonly Usage[]): Usage {
  const sum = emptyUsage()
  for (const { estimated, images = 0, ...counts } of usages) {
    if (images > 0) sum.images = (sum.images ?? 0) + images
    for (const [name, count] of Object.entries(counts)) sum[name as keyof typeof counts] += count
    sum.estimated ||= estimated
  }
  return sum
}
