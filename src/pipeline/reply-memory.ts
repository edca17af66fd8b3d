import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ModelReply } from '../model/model.ts'
import type { Asker } from '../model/observer.ts'
import { replyProblem } from '../model/reply-problem.ts'
import type { ReplyStore } from '../model/reply-store.ts'
import { ReplyLog } from './reply-log.ts'

/** Replies kept for the next run: in memory, or in a file. */
export class ReplyMemory implements ReplyStore {
  private readonly replies = new Map<string, ModelReply>()
  private readonly log: ReplyLog | null

  constructor(log: ReplyLog | null = null) {
    this.log = log
  }

  /** Replies in a file, made where there is none. */
  static onDisk(path: string): ReplyMemory {
    mkdirSync(dirname(path), { recursive: true })
    return new ReplyMemory(new ReplyLog(path))
  }

  async get(key: string, asker: Asker): Promise<ModelReply | null> {
    return this.log === null ? (this.replies.get(key) ?? null) : this.log.get(key, asker)
  }

  async put(key: string | null, reply: ModelReply, asker: Asker): Promise<void> {
    // What is asked anew each time is of no use to the next run.
    if (key === null) return
    if (this.log === null) {
      if (replyProblem(reply) === null) this.replies.set(key, reply)
    } else await this.log.put(key, reply, asker)
  }

  /** Let go of the file; what is in memory stays. */
  close(): void {
    this.log?.close()
  }
}
