import { existsSync, fstatSync, readSync, statSync } from 'node:fs'
import { zstdCompressSync } from 'node:zlib'
import { Attempt } from '../../dataset/run/attempt.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import { closingFile } from '../../disk/closing-file.ts'
import { openToRead } from '../../disk/regular-file.ts'

/** An attempt at a shard of a run. Where its home is elsewhere, its replies are sent as they come: the next attempt uses them. */
export class ShardAttempt extends Attempt {
  private sent = 0 // bytes of the replies
  private pieces = 0
  private sending: Promise<void> = Promise.resolve()

  /** Send the replies that came since the last time, one after the other; they are used by the next attempt if this one dies. */
  sendReplies(): Promise<void> {
    this.sending = this.sending.catch(() => {}).then(() => this.sendNext())
    return this.sending
  }

  private async sendNext(): Promise<void> {
    const { cells } = new RunFolder(this.path)
    if (!this.isElsewhere || !existsSync(cells) || statSync(cells).size === this.sent) return
    const bytes = bytesFrom(cells, this.sent)
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1)
    if (whole.length === 0) return
    const key = `${this.prefix}replies-${String(this.pieces).padStart(5, '0')}.jsonl.zst`
    await this.home.put(key, zstdCompressSync(whole))
    this.pieces++
    this.sent += whole.length
  }
}

function bytesFrom(path: string, start: number): Buffer {
  const file = openToRead(path)
  using _file = closingFile(file)
  const bytes = Buffer.alloc(fstatSync(file).size - start)
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start))
}
