import type { BillLine } from '../../pipeline/creation/bill.ts'
import type { RunEvent, RunProgress } from '../../pipeline/creation/run-events.ts'
import { visibleLine } from '../../visible.ts'
import { count, counted, wantsColor } from '../terminal/print.ts'
import { duration } from '../terminal/progress.ts'
import { sayAside } from '../terminal/say.ts'
import { renderTable } from '../terminal/table.ts'

/** Shows how a run goes: a panel on a terminal, a line every few seconds elsewhere. Both on stderr. */
export class CreateView {
  private readonly name: string
  private readonly isLive = process.stderr.isTTY === true
  private panel: { (text: string): void; clear(): void } | null = null
  private isLoading = false
  private readonly recent: RunProgress[] = []
  private lineAt = performance.now()

  constructor(name: string) {
    this.name = name
  }

  /** Show this. */
  update(progress: RunProgress): void {
    const since = this.since(progress)
    if (this.isLive) this.draw(progress, since)
    else if (performance.now() - this.lineAt >= LINE_EVERY_MS) {
      this.lineAt = performance.now()
      sayAside(headline(this.name, progress, since))
    }
  }

  /** Say what happens above the panel, where a person should know of it. */
  tell(event: RunEvent): void {
    if (event.type === 'note') this.say(event.text)
    else if (event.type === 'endpoint_down')
      this.say(`${event.endpoint} is down: ${event.reason}. Calls wait; those that wait for ${duration(event.gives_up_in)} fail`)
    else if (event.type === 'endpoint_back') this.say(`${event.endpoint} is back after ${duration(event.down_for)}`)
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

  [Symbol.dispose](): void {
    this.stop()
  }

  /** How it was some seconds ago. */
  private since(progress: RunProgress): RunProgress {
    this.recent.push(structuredClone(progress))
    while (this.recent.length > 2 && this.recent[1]!.seconds <= progress.seconds - RATE_SECONDS) this.recent.shift()
    if (progress.seconds < this.recent[0]!.seconds) this.recent.splice(0, this.recent.length - 1) // the clock was started
    return this.recent[0]!
  }

  private draw(progress: RunProgress, since: RunProgress): void {
    if (this.panel !== null) this.panel(renderPanel(this.name, progress, since, wantsColor(process.stderr)))
    else if (!this.isLoading) {
      this.isLoading = true
      void import('log-update').then(({ createLogUpdate }) => {
        const update = createLogUpdate(process.stderr)
        this.panel = Object.assign((text: string) => update(text), { clear: () => update.clear() })
      })
    }
  }
}

const LINE_EVERY_MS = 5000

/** Rates are those of the last seconds: what went before says nothing of a server that has fallen silent. */
const RATE_SECONDS = 10

/** The panel: rows, columns, models, endpoints that fail, cost. `since`: how it was some seconds ago, which rates are judged by. */
export function renderPanel(name: string, progress: RunProgress, since: RunProgress, color: boolean): string {
  const seconds = Math.max(progress.seconds - since.seconds, 0.001)
  const columns = Object.entries(progress.columns).map(([column, { done, failed }]) => [
    column,
    done,
    failed,
    perSecond((done - (since.columns[column]?.done ?? 0)) / seconds),
  ])
  const before = (alias: string) => since.models.find(model => model.alias === alias) ?? { calls: 0, output_tokens: 0 }
  const models = progress.models.map(model => [
    model.alias,
    model.calls,
    perSecond((model.calls - before(model.alias).calls) / seconds),
    `${model.in_flight} of ${model.limit}`,
    model.waiting,
    model.retried,
    model.cached,
    perSecond((model.output_tokens - before(model.alias).output_tokens) / seconds),
  ])
  return [
    headline(name, progress, since, true),
    '',
    renderTable(['Column', 'Cells', 'Failed', 'per s'], columns, color),
    ...(models.length === 0
      ? []
      : ['', renderTable(['Model', 'Calls', 'per s', 'In flight', 'Waiting', 'Retries', 'Kept', 'Tokens out per s'], models, color)]),
    '',
    ...troublesOf(progress).flatMap(line => [line, '']),
    spent(progress.bill),
  ].join('\n')
}

/** What keeps a run waiting, a line each: endpoints that fail, and models whose servers asked for a pause. */
function troublesOf({ troubles, models }: RunProgress): string[] {
  const failing = troubles.map(({ endpoint, failing_for, is_down, next_try_in, gives_up_in, reason }) =>
    is_down
      ? `${endpoint} is down for ${duration(failing_for)}: ${reason} · next try ${within(next_try_in ?? 0)} · gives up ${within(gives_up_in ?? 0)}`
      : `${endpoint} fails for ${duration(failing_for)}: ${reason}`,
  )
  const pausing = models.filter(({ paused_for }) => paused_for >= 1)
  return [...failing, ...pausing.map(({ alias, paused_for }) => `${alias}: the server asked for a pause, ${duration(paused_for)} left`)]
}

function within(seconds: number): string {
  return seconds < 1 ? 'now' : `in ${duration(seconds)}`
}

/** Tokens and money as people read them. */
export function spent(bill: BillLine): string {
  const cached = bill.cached_input_tokens === 0 ? '' : ` (${count(bill.cached_input_tokens)} cached)`
  const reasoning = bill.reasoning_tokens === 0 ? '' : ` (${count(bill.reasoning_tokens)} reasoning)`
  const tokens = `${count(bill.input_tokens)} tokens in${cached}, ${count(bill.output_tokens)} out${reasoning}${bill.estimated ? ', estimated' : ''}`
  const unknown = bill.unreported > 0 ? ` · usage of ${counted(bill.unreported, 'call')} unknown` : ''
  return `${counted(bill.calls, 'call')} · ${tokens}${unknown} · ${dollars(bill.cost_usd)}`
}

/** Money as people read it; unknown is said to be unknown. */
export function dollars(cost: number | null): string {
  return cost === null ? 'cost unknown' : `${cost < 1 ? cost.toFixed(4) : cost.toFixed(2)} USD`
}

function headline(name: string, progress: RunProgress, since: RunProgress, withBar = false): string {
  const share = progress.target === 0 ? 0 : Math.min(1, progress.done / progress.target)
  const bar = withBar ? `  ${'█'.repeat(Math.round(share * 20))}${'░'.repeat(20 - Math.round(share * 20))}` : ''
  const made = progress.done - since.done
  const isHeld = progress.troubles.some(({ is_down }) => is_down)
  const left = made === 0 || isHeld ? null : ((progress.target - progress.done) * (progress.seconds - since.seconds)) / made
  const sum = (key: 'in_flight' | 'retried') => progress.models.reduce((n, model) => n + model[key], 0)
  return [
    `${visibleLine(name)}${bar} ${Math.floor(share * 100)} %  ${count(progress.done)} of ${count(progress.target)}`,
    counted(progress.rows, 'row'),
    ...(progress.failed === 0 ? [] : [`${count(progress.failed)} failed`]),
    ...(progress.declined === 0 ? [] : [`${count(progress.declined)} not accepted`]),
    ...(withBar ? [] : [`${sum('in_flight')} in flight`, counted(sum('retried'), 'retry', 'retries'), spent(progress.bill)]),
    ...(left === null || left <= 0 ? [] : [`${duration(left)} left`]),
    ...(withBar ? [] : troublesOf(progress)),
  ].join(' · ')
}

function perSecond(rate: number): string {
  return rate >= 100 ? count(Math.round(rate)) : rate.toFixed(1)
}
