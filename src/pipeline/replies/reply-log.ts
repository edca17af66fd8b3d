import { AppendLog } from '../../disk/append-log.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import type { Asker } from '../../model/ask/observer.ts'
import type { ReplyStore } from '../../model/ask/reply-store.ts'
import type { ModelReply } from '../../model/model.ts'
import { replyProblem } from '../../model/reply-problem.ts'
import { ReplyIndex } from './reply-index.ts'

/** Told of each reply that was paid for before, when a log is opened again. */
export type OnPaid = (asker: Asker, reply: ModelReply) => void

/**
 * The replies of a run, on disk under the hash of their question. A reply is in the file before the cell that asked for it counts, so
 * none is paid for twice. Replies of an earlier store (a preview) are taken over without being billed again.
 */
export class ReplyLog implements ReplyStore {
  private readonly log: AppendLog
  private readonly index = new ReplyIndex()
  private readonly earlier: ReplyStore | null
  private readonly refused = new Map<string, Set<string>>() // by key: replies that a cell could do nothing with

  constructor(path: string, options: { onPaid?: OnPaid; earlier?: ReplyStore | null } = {}) {
    const { onPaid, earlier = null } = options
    this.earlier = earlier
    this.log = new AppendLog(path, (entry, place) => {
      if (typeof entry['key'] === 'string') this.index.set(entry['key'], place)
      if (entry['paid'] !== false && isObject(entry['reply'])) onPaid?.(askerOf(entry), entry['reply'] as unknown as ModelReply)
    })
  }

  /** Number of replies that are kept. */
  get size(): number {
    return this.index.size
  }

  /** Ask anew where the reply that is kept is one of these: the cell it was given to failed for it, and is to be made again. */
  refuse(key: string, reply: JsonObject): void {
    const known = this.refused.get(key) ?? new Set<string>()
    this.refused.set(key, known.add(wordsOf(reply)))
  }

  async get(key: string, asker: Asker): Promise<ModelReply | null> {
    const kept = this.read(key)
    const own = kept !== null && this.refused.get(key)?.has(wordsOf(kept as unknown as JsonObject)) ? null : kept
    if (kept !== null && own === null) return null
    if (own !== null || this.earlier === null) return own
    const earlier = await this.earlier.get(key, asker)
    if (earlier !== null) await this.keep(key, earlier, asker, false)
    return earlier
  }

  async put(key: string | null, reply: ModelReply, asker: Asker): Promise<void> {
    await this.keep(key, reply, asker, true)
  }

  /** Resolves when all replies hold out against a power failure, too. */
  sync(): Promise<void> {
    return this.log.sync()
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    this.log[Symbol.dispose]()
  }

  /** Another process may write to the same file, so what stands at a place is looked at. */
  private read(key: string): ModelReply | null {
    const place = this.index.get(key)
    const entry = place === null ? null : this.log.at(place)
    return entry !== null && entry['key'] === key ? (entry['reply'] as unknown as ModelReply) : null
  }

  private async keep(asked: string | null, reply: ModelReply, { column, alias }: Asker, paid: boolean): Promise<void> {
    // What is no answer is paid for, and asked anew when the row is tried again.
    const key = replyProblem(reply) === null ? asked : null
    const entry: JsonObject = { key, column, alias, ...(paid ? {} : { paid }), reply: reply as unknown as JsonObject }
    const place = await this.log.appendSoon(entry)
    if (key !== null) this.index.set(key, place)
  }
}

/** What a reply says, whenever and however it was given. */
function wordsOf({ text, tool_calls, toolCalls, reasoning, embeddings }: JsonObject): string {
  return writeJson([text ?? null, tool_calls ?? toolCalls ?? null, reasoning ?? null, embeddings ?? null])
}

/** Who asked, as an entry of the log says. */
export function askerOf(entry: JsonObject): Asker {
  return { column: String(entry['column'] ?? ''), alias: String(entry['alias'] ?? ''), row: '' }
}
