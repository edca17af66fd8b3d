import type { BillLine } from '../pipeline/bill.ts'
import type { RunProgress } from '../pipeline/run-watch.ts'
import { visibleLine } from '../visible.ts'
import { count, counted, renderTable, wantsColor } from './print.ts'
import { duration } from './progress.ts'
import { sayAside } from './say.ts'

const LINE_EVERY_MS = 5000

/** Shows how a run goes: a panel on a terminal, a line every few seconds elsewhere. Both on stderr. */
export class CreateView {
  private readonly name: string
  private readonly isLive = process.stderr.isTTY === true
  private panel: { (text: string): void; clear(): void } | null = null
  private isLoading = false
  private first: RunProgress | null = null
  private lineAt = performance.now()

  constructor(name: string) {
    this.name = name
  }

  /** Show this. */
  update(progress: RunProgress): void {
    this.first ??= progress
    if (this.isLive) this.draw(progress)
    else if (performance.now() - this.lineAt >= LINE_EVERY_MS) {
      this.lineAt = performance.now()
      sayAside(headline(this.name, progress, this.first))
    }
  }

  /** Say something above the panel. */
  say(text: string): void {
    this.panel?.clear()
    sayAside(text)
  }

  /** Take the panel away. */
  stop(): void {
    this.panel?.clear()
    this.panel = null
    this.isLoading = true
  }

  private draw(progress: RunProgress): void {
    if (this.panel !== null) this.panel(renderPanel(this.name, progress, this.first ?? progress, wantsColor(process.stderr)))
    else if (!this.isLoading) {
      this.isLoading = true
      void import('log-update').then(({ createLogUpdate }) => {
        const update = createLogUpdate(process.stderr)
        this.panel = Object.assign((text: string) => update(text), { clear: () => update.clear() })
      })
    }
  }
}

/** The panel: rows, columns, models, cost. `first`: how it was when the session began. */
export function renderPanel(name: string, progress: RunProgress, first: RunProgress, color: boolean): string {
  const seconds = Math.max(progress.seconds, 0.001)
  const columns = Object.entries(progress.columns).map(([column, { done, failed }]) => [column, done, failed, perSecond(done / seconds)])
  const models = progress.models.map(model => [
    model.alias,
    model.calls,
    perSecond(model.calls / seconds),
    `${model.in_flight} of ${model.limit}`,
    model.waiting,
    model.retried,
    model.cached,
    perSecond(model.output_tokens / seconds),
  ])
  return [
    headline(name, progress, first, true),
    '',
    renderTable(['Column', 'Cells', 'Failed', 'per s'], columns, color),
    ...(models.length === 0
      ? []
      : ['', renderTable(['Model', 'Calls', 'per s', 'In flight', 'Waiting', 'Retries', 'Kept', 'Tokens out per s'], models, color)]),
    '',
    spent(progress.bill),
  ].join('\n')
}

/** Tokens and money as people read them. */
export function spent(bill: BillLine): string {
  const cached = bill.cached_input_tokens === 0 ? '' : ` (${count(bill.cached_input_tokens)} cached)`
  const reasoning = bill.reasoning_tokens === 0 ? '' : ` (${count(bill.reasoning_tokens)} reasoning)`
  const tokens = `${count(bill.input_tokens)} tokens in${cached}, ${count(bill.output_tokens)} out${reasoning}${bill.estimated ? ', estimated' : ''}`
  return `${counted(bill.calls, 'call')} · ${tokens} · ${dollars(bill.cost_usd)}`
}

/** Money as people read it; unknown is said to be unknown. */
export function dollars(cost: number | null): string {
  return cost === null ? 'cost unknown' : `${cost < 1 ? cost.toFixed(4) : cost.toFixed(2)} USD`
}

function headline(name: string, progress: RunProgress, first: RunProgress, withBar = false): string {
  const share = Math.min(1, progress.done / progress.target)
  const bar = withBar ? `  ${'█'.repeat(Math.round(share * 20))}${'░'.repeat(20 - Math.round(share * 20))}` : ''
  const made = progress.done - first.done
  const left = made === 0 ? null : ((progress.target - progress.done) * (progress.seconds - first.seconds)) / made
  const sum = (key: 'in_flight' | 'retried') => progress.models.reduce((n, model) => n + model[key], 0)
  return [
    `${visibleLine(name)}${bar} ${Math.floor(share * 100)} %  ${count(progress.done)} of ${count(progress.target)}`,
    counted(progress.rows, 'row'),
    ...(progress.failed === 0 ? [] : [`${count(progress.failed)} failed`]),
    ...(progress.declined === 0 ? [] : [`${count(progress.declined)} not accepted`]),
    ...(withBar ? [] : [`${sum('in_flight')} in flight`, counted(sum('retried'), 'retry', 'retries'), spent(progress.bill)]),
    ...(left === null || left <= 0 ? [] : [`${duration(left)} left`]),
  ].join(' · ')
}

function perSecond(rate: number): string {
  return rate >= 100 ? count(Math.round(rate)) : rate.toFixed(1)
}
