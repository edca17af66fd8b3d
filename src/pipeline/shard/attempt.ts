import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { RunFolder } from '../../dataset/run/folder.ts'
import type { RunHome } from '../../dataset/run/home.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { attemptsKey } from './marker.ts'

/**
 * One attempt at a shard: a run's folder of its own, so that whoever works at the same shard never meets it. In a home that is a folder
 * it stands there; for storage elsewhere it stands on this machine, and what must outlive the machine is sent as it comes.
 */
export class ShardAttempt {
  readonly name: string
  readonly path: string
  private readonly home: RunHome
  private readonly prefix: string
  private readonly scratch: string | null
  private sent = 0 // bytes of the replies
  private pieces = 0
  private sending: Promise<void> = Promise.resolve()

  constructor(home: RunHome, shard: number, name = `a-${crypto.randomUUID().slice(0, 13)}`) {
    this.home = home
    this.name = name
    this.prefix = `${attemptsKey(shard)}${name}/`
    this.scratch = home.folder === null ? mkdtempSync(join(tmpdir(), 'tracewright-shard-')) : null
    this.path = this.scratch ?? join(home.folder!, this.prefix)
    if (this.scratch === null) makeFolder(this.path)
  }

  /** Send the replies that came since the last time, one after the other; they are used by the next attempt if this one dies. */
  sendReplies(): Promise<void> {
    this.sending = this.sending.catch(() => {}).then(() => this.sendNext())
    return this.sending
  }

  /** Send files of the attempt, by their paths in it. */
  async send(files: readonly string[]): Promise<void> {
    if (this.scratch === null) return
    for (const file of files) await this.home.putFile(`${this.prefix}${file}`, join(this.path, file))
  }

  /** Put a small file into the attempt. */
  async put(file: string, text: string): Promise<void> {
    await this.home.put(`${this.prefix}${file}`, Buffer.from(text))
  }

  /** Let go of what stands on this machine alone. */
  close(): void {
    if (this.scratch !== null) rmSync(this.scratch, { recursive: true, force: true })
  }

  private async sendNext(): Promise<void> {
    const { cells } = new RunFolder(this.path)
    if (this.scratch === null || !existsSync(cells) || statSync(cells).size === this.sent) return
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
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(fstatSync(file).size - start)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start))
  } finally {
    closeSync(file)
  }
}
