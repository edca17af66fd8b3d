import { readFacts } from '../dataset/dataset-facts.ts'
import type { Facts } from '../dataset/facts.ts'
import { selectorOf } from '../dataset/select.ts'
import type { Selectors } from '../dataset/selectors.ts'
import { readAgain } from '../dataset/store/read-again.ts'
import { TracewrightError } from '../errors.ts'
import { type Known, refuseUnknownOptions } from '../fields.ts'
import { Prices } from '../model/prices.ts'
import { type Charge, chargesOf, tokensOf } from './charges.ts'
import { COST_KEYS, type CostKey } from './cost-keys.ts'
import { openPriceTable } from './price-table.ts'

/** What to reckon, and how. */
export type CostOptions = {
  /** Default: month. */
  by?: CostKey
  /** Which sessions; default: all. */
  select?: Selectors
  /** A JSON file: { "model": { input, cached_input?, cache_write?, output } }, US dollars per million tokens. */
  prices?: string
  /** Reckon also where the log says what it cost. */
  computed?: boolean
}

const COST_OPTIONS: Known<CostOptions> = { by: true, select: true, prices: true, computed: true }

/** A line of a bill. Costs are US dollars; what nobody knows the price of is in none of them, and told apart. */
export type CostLine = {
  /** Null: the log does not say. */
  key: string | null
  /** Sessions whose responses are in it. */
  sessions: number
  /** Answers of models. */
  responses: number
  /** Cached_input_tokens and cache_write_tokens included. */
  input_tokens: number
  /** Of the input tokens, those that came from a cache. */
  cached_input_tokens: number
  /** Of the input tokens, those that were written to a cache. */
  cache_write_tokens: number
  /** Reasoning included. */
  output_tokens: number
  /** Of the output tokens, those of thoughts. */
  reasoning_tokens: number
  /** Null: of nothing here is it known. */
  usd: number | null
  /** Of these, as logs say. */
  recorded_usd: number
  /** And by prices. */
  computed_usd: {
    /** For tokens that were read anew. */
    input: number
    /** For tokens that came from a cache. */
    cached_input: number
    /** For tokens that were put into a cache. */
    cache_write: number
    /** For tokens that were written. */
    output: number
  }
  /** Of these, by agents that were spawned. */
  subagents_usd: number
  /** Tokens of responses whose price nobody knows. */
  unpriced_tokens: number
}

/** A bill. */
export type CostReport = {
  /** What the bill is split by. */
  by: CostKey
  /** One per key, in the order of keys. */
  lines: CostLine[]
  /** All lines together. */
  total: CostLine
  /** Models of unknown price, with what they answered. */
  unpriced: {
    /** Its name; null: the log names none. */
    model: string | null
    /** Its responses. */
    responses: number
    /** Tokens of these. */
    tokens: number
  }[]
  /** Where prices are from. */
  prices: string
}

/** What the sessions of a dataset took and cost. What a row repeats of another is counted there. */
export async function costOf(path: string, options: CostOptions = {}): Promise<CostReport> {
  refuseUnknownOptions(options, COST_OPTIONS, 'costOf')
  return readAgain(path, () => costNow(path, options))
}

async function costNow(path: string, options: CostOptions): Promise<CostReport> {
  const by = options.by ?? 'month'
  if (!COST_KEYS.includes(by))
    throw new TracewrightError('usage', `Cannot split a bill by '${by}': expected one of ${COST_KEYS.join(', ')}`)
  const file = options.prices ?? null
  const prices = await openPriceTable(file === null ? null : Prices.read(file), file)
  const isSelected = selectorOf(options.select ?? {})
  const parents = new Map<string, string>() // of spawned agents
  const lines = new Map<string | null, Sum>()
  const total = new Sum(null)
  const unpriced = new Map<string | null, { responses: number; tokens: number }>()
  for await (const facts of readFacts(path)) {
    const isSpawned = facts.relation === 'subagent'
    if (isSpawned && facts.parent_trace_id !== null) parents.set(facts.trace_id, facts.parent_trace_id)
    if (!isSelected(facts)) continue
    for (const charge of chargesOf(facts, prices, options.computed === true)) {
      const key = keyOf(by, facts, charge)
      const line = lines.get(key) ?? new Sum(key)
      lines.set(key, line)
      for (const sum of [line, total]) sum.add(charge, facts.trace_id, isSpawned)
      if (charge.usd !== null || tokensOf(charge) === 0) continue
      const known = unpriced.get(charge.model) ?? { responses: 0, tokens: 0 }
      unpriced.set(charge.model, { responses: known.responses + 1, tokens: known.tokens + tokensOf(charge) })
    }
  }
  const told = by === 'session' ? underParents(lines, parents) : [...lines.values()]
  return {
    by,
    lines: told.map(sum => sum.line).sort(by === 'day' || by === 'week' || by === 'month' ? byKey : byCost),
    total: total.line,
    unpriced: [...unpriced].map(([model, counts]) => ({ model, ...counts })).sort((a, b) => b.tokens - a.tokens),
    prices: prices.source,
  }
}

class Sum {
  readonly line: CostLine
  readonly ids = new Set<string>()

  constructor(key: string | null) {
    const computed_usd = { input: 0, cached_input: 0, cache_write: 0, output: 0 }
    const tokens = { input_tokens: 0, cached_input_tokens: 0, cache_write_tokens: 0, output_tokens: 0, reasoning_tokens: 0 }
    const costs = { usd: null, recorded_usd: 0, computed_usd, subagents_usd: 0, unpriced_tokens: 0 }
    this.line = { key, sessions: 0, responses: 0, ...tokens, ...costs }
  }

  add(charge: Charge, id: string, isSpawned: boolean): void {
    const { line } = this
    line.sessions = this.ids.add(id).size
    line.responses++
    for (const key of TOKENS) line[key] += charge[key] ?? 0
    if (charge.usd === null) line.unpriced_tokens += tokensOf(charge)
    else {
      line.usd = (line.usd ?? 0) + charge.usd
      if (charge.recorded) line.recorded_usd += charge.usd
      if (isSpawned) line.subagents_usd += charge.usd
    }
    for (const part of PARTS) line.computed_usd[part] += charge.parts?.[part] ?? 0
  }

  /** Take over what another line has. */
  merge({ line: other, ids }: Sum): void {
    const { line } = this
    for (const id of ids) this.ids.add(id)
    line.sessions = this.ids.size
    for (const key of ['responses', ...TOKENS, 'recorded_usd', 'subagents_usd', 'unpriced_tokens'] as const) line[key] += other[key]
    if (other.usd !== null) line.usd = (line.usd ?? 0) + other.usd
    for (const part of PARTS) line.computed_usd[part] += other.computed_usd[part]
  }
}

const TOKENS = ['input_tokens', 'cached_input_tokens', 'cache_write_tokens', 'output_tokens', 'reasoning_tokens'] as const
const PARTS = ['input', 'cached_input', 'cache_write', 'output'] as const

function keyOf(by: CostKey, facts: Facts, { at, model }: Charge): string | null {
  switch (by) {
    case 'model':
      return model
    case 'project':
      return facts.project
    case 'agent':
      return facts.source_kind
    case 'session':
      return facts.trace_id
    default:
      return at === null ? null : dayOf(new Date(at), by)
  }
}

/** A day, the Monday of its week, or its month, where this machine is. */
function dayOf(date: Date, by: 'day' | 'week' | 'month'): string {
  if (by === 'week') date.setDate(date.getDate() - ((date.getDay() + 6) % 7))
  const two = (n: number) => String(n).padStart(2, '0')
  const month = `${date.getFullYear()}-${two(date.getMonth() + 1)}`
  return by === 'month' ? month : `${month}-${two(date.getDate())}`
}

/** What spawned agents took is on the bill of the session that a person began. */
function underParents(lines: ReadonlyMap<string | null, Sum>, parents: ReadonlyMap<string, string>): Sum[] {
  const roots = new Map<string, Sum>()
  for (const [key, sum] of lines) {
    const root = rootOf(key!, parents)
    const at = roots.get(root) ?? new Sum(root)
    at.merge(sum)
    roots.set(root, at)
  }
  return [...roots.values()]
}

function rootOf(id: string, parents: ReadonlyMap<string, string>): string {
  const seen = new Set<string>()
  let at = id
  while (parents.has(at) && seen.size < seen.add(at).size) at = parents.get(at)!
  return at
}

function byKey(a: CostLine, b: CostLine): number {
  return (a.key ?? '').localeCompare(b.key ?? '')
}

function byCost(a: CostLine, b: CostLine): number {
  return (b.usd ?? 0) - (a.usd ?? 0) || b.input_tokens + b.output_tokens - a.input_tokens - a.output_tokens || byKey(a, b)
}
