import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ReplyStore } from '../model/cache.ts'
import type { ModelReply } from '../model/model.ts'
import { replyProblem } from '../model/reply-problem.ts'
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

  async get(key: string): Promise<ModelReply | null> {
    return this.log === null ? (this.replies.get(key) ?? null) : this.log.get(key)
  }

  async put(key: string, reply: ModelReply): Promise<void> {
    if (this.log === null) {
      if (replyProblem(reply) === null) this.replies.set(key, reply)
    } else await this.log.put(key, reply)
  }

  /** Let go of the file; what is in memory stays. */
  close(): void {
    this.log?.close()
  }
}
