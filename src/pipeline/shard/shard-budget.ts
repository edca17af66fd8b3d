import type { RunHome } from '../../dataset/run/home.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject, parseJson } from '../../json/json.ts'
import type { ShardPlan } from './shard-plan.ts'

/** What all shards of a run may spend together, as it was planned or raised since; null: no limit. */
export async function budgetOf(home: RunHome, plan: ShardPlan): Promise<number | null> {
  const planned = plan.run.terms?.max_cost_usd ?? null
  if (planned === null) return null
  const bytes = await home.get(BUDGET_KEY)
  const raised = bytes === null ? null : parseJson(bytes.toString('utf8'))
  const max = isObject(raised) ? raised['max_cost_usd'] : null
  return typeof max === 'number' && max > planned ? max : planned
}

/** What one of the shards may spend without asking the others: an equal share. */
export async function shareOf(home: RunHome, plan: ShardPlan): Promise<number | null> {
  const max = await budgetOf(home, plan)
  return max === null ? null : max / plan.shards
}

/** Raise the budget of a run that is planned; workers heed it from their next shard on. Throws where it would be lowered: some may have spent theirs. */
export async function raiseBudget(home: RunHome, plan: ShardPlan, wanted: number): Promise<void> {
  const max = await budgetOf(home, plan)
  if (max !== null && wanted === max) return
  if (max === null || wanted < max)
    throw new TracewrightError(
      'usage',
      `Cannot set the budget of '${home.place}' to ${wanted} USD: it is ${max === null ? 'without a limit' : `${max} USD`}, and shards may have spent more than their new share`,
      { hint: 'A budget can be raised; to spend no more, end the workers' },
    )
  await home.put(BUDGET_KEY, Buffer.from(`${JSON.stringify({ max_cost_usd: wanted })}\n`))
}

const BUDGET_KEY = 'shards/budget.json'
