import { readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { closingFile } from '../../disk/closing-file.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import type { Asker } from '../../model/ask/observer.ts'
import type { ReplyStore } from '../../model/ask/reply-store.ts'
import type { ModelReply } from '../../model/model.ts'
import { replyProblem } from '../../model/reply-problem.ts'
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
    refuseStranger(path)
    makeFolder(dirname(path))
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
  [Symbol.dispose](): void {
    this.log?.[Symbol.dispose]()
  }
}

/** How every entry of a log of replies begins. */
const BEGINNING = '{"key":'

/** Replies are not put behind what somebody else wrote. */
function refuseStranger(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return
  const file = openToRead(path)
  {
    using _file = closingFile(file)
    const bytes = Buffer.alloc(BEGINNING.length)
    const read = readSync(file, bytes)
    if (BEGINNING.startsWith(bytes.toString('latin1', 0, read))) return
  }
  throw new TracewrightError('usage', `Cannot keep replies in '${path}': it holds something else`, {
    hint: 'Name a file that is not there yet, or one that --replies made',
  })
}
