import type { RunHome } from '../../dataset/run/home.ts'
import { isObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { Prices } from '../../model/prices.ts'
import { Bill, type BillSummary, sumOfLines } from '../creation/bill.ts'
import { EarlierReplies } from './earlier-replies.ts'
import type { ShardMarker } from './marker.ts'
import type { ShardPlan } from './shard-plan.ts'

/** What a run in shards has cost: what counts, and what attempts that died or lost were paid. `shards`: all, whether or not they are done. */
export async function billOfAll(
  home: RunHome,
  plan: ShardPlan,
  markers: readonly ShardMarker[],
  shards: Iterable<number>,
): Promise<BillSummary> {
  const rest = emptyBill(plan)
  const done = new Map(markers.map(marker => [marker.shard, marker]))
  for (const shard of shards) {
    const without = done.get(shard)?.attempt
    const onPaid = rest.replied.bind(rest)
    const replies = await EarlierReplies.open(home, shard, { onPaid, ...(without === undefined ? {} : { without }) })
    replies[Symbol.dispose]()
  }
  return sumOfBills([...markers.map(({ bill }) => bill), rest.summary()])
}

/** Bills as one. */
export function sumOfBills(bills: readonly BillSummary[]): BillSummary {
  const by = (key: 'models' | 'columns') => {
    const lines = Map.groupBy(
      bills.flatMap(bill => Object.entries(bill[key])),
      ([name]) => name,
    )
    return Object.fromEntries([...lines].map(([name, same]) => [name, sumOfLines(same.map(([, line]) => line))]))
  }
  return { run: sumOfLines(bills.map(({ run }) => run)), models: by('models'), columns: by('columns') }
}

/** A bill needs the models and their prices, and none of the functions a config may have. */
function emptyBill({ config, run: { terms } }: ShardPlan): Bill {
  const body = isObject(config['data_designer']) ? config['data_designer'] : {}
  const models = Array.isArray(body['model_configs']) ? body['model_configs'].filter(isObject) : []
  const providers = (terms?.providers ?? []).map(
    ({ name, endpoint, provider_type }) => new ModelProvider({ name, endpoint, providerType: provider_type, apiKey: null }),
  )
  return new Bill(models.map(ModelConfig.fromJSON), providers, new Prices(terms?.prices ?? {}))
}
