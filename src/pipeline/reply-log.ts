import { AsyncLocalStorage } from 'node:async_hooks'
import { AppendLog } from '../disk/append-log.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import type { ReplyStore } from '../model/cache.ts'
import type { ModelReply } from '../model/model.ts'
import { replyProblem } from '../model/reply-problem.ts'
import { ReplyIndex } from './reply-index.ts'

/** Whose question a reply answers: the bill is kept by column and alias. */
export type Asker = { column: string; alias: string }

/** The column of the calls that ask whether a model is there. */
export const HEALTH_CHECK = '(health check)'

/** Told of each reply that was paid for: once when it is stored, and once when the log is opened again. */
export type OnPaid = (asker: Asker, reply: ModelReply) => void

/**
 * The replies of a run, on disk under the hash of their question. A reply is in the file before the cell that asked for it counts, so
 * none is paid for twice. Replies of an earlier store (a preview) are taken over without being billed again.
 */
export class ReplyLog implements ReplyStore {
  private readonly log: AppendLog
  private readonly index = new ReplyIndex()
  private readonly asker = new AsyncLocalStorage<Asker>()
  private readonly onPaid: OnPaid
  private readonly earlier: ReplyStore | null

  constructor(path: string, options: { onPaid?: OnPaid; earlier?: ReplyStore | null } = {}) {
    this.onPaid = options.onPaid ?? (() => {})
    this.earlier = options.earlier ?? null
    this.log = new AppendLog(path, (entry, place) => {
      if (typeof entry['key'] === 'string') this.index.set(entry['key'], place)
      if (entry['paid'] !== false && isObject(entry['reply'])) this.onPaid(askerOf(entry), entry['reply'] as unknown as ModelReply)
    })
  }

  /** Number of replies that are kept. */
  get size(): number {
    return this.index.size
  }

  /** Run something whose questions are this asker's. */
  askedBy<T>(asker: Asker, action: () => T): T {
    return this.asker.run(asker, action)
  }

  async get(key: string): Promise<ModelReply | null> {
    const own = this.read(key)
    if (own !== null || this.earlier === null) return own
    const earlier = await this.earlier.get(key)
    if (earlier !== null) await this.keep(key, earlier, false)
    return earlier
  }

  async put(key: string, reply: ModelReply): Promise<void> {
    this.onPaid(await this.keep(key, reply, true), reply)
  }

  /** Note what was spent on a question that is asked anew each time. */
  bill(asker: Asker, reply: ModelReply): void {
    this.log.append({ key: null, ...asker, reply: reply as unknown as JsonObject })
    this.onPaid(asker, reply)
  }

  /** Resolves when all replies hold out against a power failure, too. */
  sync(): Promise<void> {
    return this.log.sync()
  }

  /** Let go of the file. */
  close(): void {
    this.log.close()
  }

  /** Another process may write to the same file, so what stands at a place is looked at. */
  private read(key: string): ModelReply | null {
    const place = this.index.get(key)
    const entry = place === null ? null : this.log.at(place)
    return entry !== null && entry['key'] === key ? (entry['reply'] as unknown as ModelReply) : null
  }

  private async keep(key: string, reply: ModelReply, paid: boolean): Promise<Asker> {
    const asker = this.asker.getStore() ?? { column: '', alias: '' }
    // What is no answer is paid for, and asked anew when the row is tried again.
    const isAnswer = replyProblem(reply) === null
    const entry: JsonObject = { key: isAnswer ? key : null, ...asker, ...(paid ? {} : { paid }), reply: reply as unknown as JsonObject }
    const place = await this.log.appendSoon(entry)
    if (isAnswer) this.index.set(key, place)
    return asker
  }
}

/** Who asked, as an entry of the log says. */
export function askerOf(entry: JsonObject): Asker {
  return { column: String(entry['column'] ?? ''), alias: String(entry['alias'] ?? '') }
}
