import type { Asker, ModelObserver } from '../../model/ask/observer.ts'
import { UsageTally } from '../../model/ask/usage.ts'
import { providerOf } from '../../model/connect.ts'
import type { ModelReply } from '../../model/model.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { Prices } from '../../model/prices.ts'

/** Tokens and money of one column, model or run. */
export type BillLine = {
  /** Requests that were sent. */
  calls: number
  /** cached_input_tokens included. */
  input_tokens: number
  /** Tokens of prompts that came from a cache of the provider. */
  cached_input_tokens: number
  /** reasoning_tokens included. */
  output_tokens: number
  /** Tokens of replies that were thought. */
  reasoning_tokens: number
  /** Null: a price is not known, or the server did not count. */
  cost_usd: number | null
  /** The tokens were not counted by the model. */
  estimated: boolean
  /** Calls whose server gave no count, or none that can be. */
  unreported: number
  /** Pictures that were drawn; absent: none. */
  images?: number
}

/** What a run has cost. */
export type BillSummary = {
  /** The run as a whole. */
  run: BillLine
  /** By alias. */
  models: { [alias: string]: BillLine }
  /** By column. */
  columns: { [column: string]: BillLine }
}

/** Adds up what replies cost, by column and by model. */
export class Bill implements ModelObserver {
  private readonly tally = new UsageTally()
  private readonly models: ReadonlyMap<string, { provider: string; model: string }>
  private readonly prices: Prices

  constructor(configs: readonly ModelConfig[], providers: readonly ModelProvider[], prices: Prices) {
    this.models = new Map(configs.map(config => [config.alias, { provider: providerOf(config, providers).name, model: config.model }]))
    this.prices = prices
  }

  /** Add a reply, unless it was paid for before. */
  replied(asker: Asker, reply: ModelReply): void {
    if (!reply.cached) this.tally.replied(asker, reply)
  }

  /** US dollars so far; null where a price is not known. */
  get cost(): number | null {
    return this.summary().run.cost_usd
  }

  /** Models whose price is not known. */
  get unpriced(): string[] {
    return [...this.models.values()].filter(({ provider, model }) => this.prices.of(provider, model) === null).map(({ model }) => model)
  }

  /** The bill. */
  summary(): BillSummary {
    const entries = this.tally.entries().map(({ column, alias, usage }) => {
      const named = this.models.get(alias)
      const cost = named === undefined ? null : this.prices.cost(named.provider, named.model, usage)
      const { input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, estimated } = usage
      return {
        column,
        alias,
        line: {
          calls: usage.succeeded,
          input_tokens,
          cached_input_tokens,
          output_tokens,
          reasoning_tokens,
          cost_usd: cost,
          estimated,
          unreported: usage.unreported,
          ...(usage.images === undefined ? {} : { images: usage.images }),
        },
      }
    })
    const by = (key: 'column' | 'alias') =>
      Object.fromEntries(
        [...Map.groupBy(entries, entry => entry[key])].map(([name, same]) => [name, sumOfLines(same.map(entry => entry.line))]),
      )
    return { run: sumOfLines(entries.map(entry => entry.line)), models: by('alias'), columns: by('column') }
  }
}

/** Lines as one. */
export function sumOfLines(lines: readonly BillLine[]): BillLine {
  const sum = (key: Exclude<keyof BillLine, 'cost_usd' | 'estimated'>) => lines.reduce((n, line) => n + (line[key] ?? 0), 0)
  return {
    calls: sum('calls'),
    input_tokens: sum('input_tokens'),
    cached_input_tokens: sum('cached_input_tokens'),
    output_tokens: sum('output_tokens'),
    reasoning_tokens: sum('reasoning_tokens'),
    cost_usd: lines.some(line => line.cost_usd === null) ? null : lines.reduce((n, line) => n + line.cost_usd!, 0),
    estimated: lines.some(line => line.estimated),
    unreported: sum('unreported'),
    ...(sum('images') === 0 ? {} : { images: sum('images') }),
  }
}
