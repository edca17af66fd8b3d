import { stringOrNull } from '../../../../json/json.ts'
import type { Conversation } from '../../../conversation/conversation.ts'
import type { Usage } from '../../../conversation/row.ts'
import type { Turn } from '../../../conversation/turn.ts'
import { sumUsage } from '../../../conversation/usage.ts'
import type { Entry } from '../entry.ts'
import type { Counts } from './usage.ts'

/** The part of a response that counting needs. */
export type CountedResponse = { turn: Turn; isOver: boolean; isCounted: boolean }

/** Brings counts to the responses they count, and adds up a thread's own. */
export class ThreadUsage {
  private readonly conversation: Conversation
  private readonly isReplayed: (entry: Entry) => boolean
  private readonly counts: Counts
  private readonly isWhole: boolean
  private readonly own: Usage[] = []
  private countsCome: 'before' | 'after' | null = null // whether a response's count stands before its items or behind them
  private waiting: Usage | null = null

  /** `isWhole`: all of the thread is played, so that its total has to be what it states. */
  constructor(conversation: Conversation, isReplayed: (entry: Entry) => boolean, counts: Counts, isWhole: boolean) {
    this.conversation = conversation
    this.isReplayed = isReplayed
    this.counts = counts
    this.isWhole = isWhole
  }

  /** A record counts the response under way, or the next one. */
  count(entry: Entry, response: CountedResponse | null): void {
    const id = entry.kind === 'usage' ? stringOrNull(entry.payload['response_id']) : null
    if (response !== null && id !== null) response.turn.know({ id })
    const counted = this.counts.of.get(entry)
    if (counted === undefined) return
    const { usage, uncounted } = counted
    if (uncounted !== null && !this.isReplayed(entry)) {
      this.own.push(uncounted)
      const { input_tokens, output_tokens } = uncounted
      if (usage !== null) this.conversation.diagnose('uncounted_response', entry.place, { input_tokens, output_tokens })
    }
    if (usage === null) return
    if (!this.isReplayed(entry)) this.own.push(usage)
    if (response !== null && !response.isCounted && this.countsCome !== 'before') {
      this.countsCome = 'after'
      response.isCounted = true
      response.turn.know({ usage })
    } else if (this.countsCome !== 'after') this.waiting = usage
    if (response !== null) response.isOver = true
  }

  /** The count that stands before a new response. */
  takeWaiting(): Usage | null {
    const usage = this.waiting
    if (usage !== null) this.countsCome ??= 'before'
    this.waiting = null
    return usage
  }

  /** Somebody else spoke: a count that came before is of no response to come. */
  drop(): void {
    this.waiting = null
  }

  /** All tokens of the thread's own. Where it states another total, that is said. */
  total(): Usage | null {
    const total = sumUsage(this.own)
    const { stated } = this.counts
    const differs = (key: 'input_tokens' | 'output_tokens') => stated?.[key] !== null && stated?.[key] !== total?.[key]
    if (this.isWhole && total !== null && stated !== null && (differs('input_tokens') || differs('output_tokens'))) {
      const { input_tokens, output_tokens } = stated
      const counted = { input_tokens: total.input_tokens, output_tokens: total.output_tokens }
      this.conversation.diagnose('usage_total_differs', null, { counted, stated: { input_tokens, output_tokens } })
    }
    return total
  }
}
