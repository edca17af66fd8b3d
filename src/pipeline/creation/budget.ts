import type { RunManifest } from '../../dataset/run/manifest.ts'
import { TracewrightError } from '../../errors.ts'
import { providerOf } from '../../model/connect.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import { Prices } from '../../model/prices.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { Bill } from './bill.ts'
import type { RunStop } from './run-stop.ts'

/** What a run may spend, and what it has spent. */
export class Budget {
  readonly bill: Bill
  private readonly builder: DataDesignerConfigBuilder
  private readonly providers: readonly ModelProvider[]
  private readonly prices: Prices
  private readonly max: number | null

  /** By the terms of the run's manifest. */
  constructor(builder: DataDesignerConfigBuilder, providers: readonly ModelProvider[], { terms }: RunManifest) {
    this.builder = builder
    this.providers = providers
    this.prices = new Prices(terms?.prices ?? {})
    this.max = terms?.max_cost_usd ?? null
    this.bill = this.emptyBill()
  }

  /** A bill of its own, at the same prices. */
  emptyBill(): Bill {
    return new Bill(this.builder.askedModels, this.providers, this.prices)
  }

  /** Throw where a budget is to be kept and a price is not known. */
  requirePrices(): void {
    const unknown = this.bill.unpriced
    if (this.max !== null && unknown.length > 0) throw withoutPrices(unknown)
  }

  /** Stop the run where its budget is used up. What it says was spent is what was spent in the end, calls that were under way included. */
  heed(stop: RunStop): void {
    if (this.max === null) return
    const { cost } = this.bill
    if (cost === null) stop.because('The budget cannot be kept: a server does not say how many tokens it used')
    else if (cost >= this.max) stop.because(() => `The budget of ${this.max} USD is used up: ${usd(this.bill.cost)} were spent`)
  }
}

/** A budget was named, and these models have no price. */
export function withoutPrices(models: readonly string[]): TracewrightError {
  return new TracewrightError('usage', `Cannot keep to a budget: the price of ${models.join(', ')} is not known`, {
    hint: 'Name a file with prices, --prices FILE: {"model": {"input": USD, "output": USD}} per million tokens',
  })
}

/** The prices of a config's models among those that are known: what a manifest keeps. */
export function pricesOf(
  builder: DataDesignerConfigBuilder,
  providers: readonly ModelProvider[],
  prices: Prices,
): NonNullable<RunManifest['terms']>['prices'] {
  const named = builder.askedModels.flatMap(config => {
    const { name } = providerOf(config, providers)
    const price = prices.of(name, config.model)
    return price === null ? [] : [[`${name}/${config.model}`, price] as const]
  })
  return named.length === 0 ? null : Object.fromEntries(named)
}

/** Refuse to go on with a run that has spent its budget, until the budget is raised. */
export function refuseSpentBudget(max: number | null, spent: number | null): void {
  if (max === null || spent === null || spent < max) return
  throw new TracewrightError('usage', `Cannot go on: ${usd(spent)} of the run's budget of ${max} USD are spent`, {
    hint: 'Raise the budget: --max-cost with a larger amount',
  })
}

/** An amount of money as messages have it. */
export function usd(cost: number | null): string {
  return cost === null ? 'an unknown amount' : `${Number(cost.toPrecision(4))} USD`
}
