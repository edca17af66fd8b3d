import { appendFileSync, closeSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import type { RunHome } from '../../dataset/run/home.ts'
import { attemptsKey } from '../../dataset/run/shard-marker.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { entryAt, scanLog } from '../../disk/scan-log.ts'
import { isObject } from '../../json/json.ts'
import type { ReplyStore } from '../../model/ask/reply-store.ts'
import type { ModelReply } from '../../model/model.ts'
import { ReplyIndex } from '../replies/reply-index.ts'
import { askerOf, type OnPaid } from '../replies/reply-log.ts'

/** Replies that other attempts at a shard were paid: read, and never written, since one of them may still be at work. */
export class EarlierReplies implements ReplyStore {
  private readonly logs: { file: number; index: ReplyIndex }[] = []
  private readonly scratch: string | null

  private constructor(paths: readonly string[], scratch: string | null, onPaid: OnPaid) {
    this.scratch = scratch
    for (const path of paths) {
      const file = openToRead(path)
      const index = new ReplyIndex()
      this.logs.push({ file, index })
      scanLog(file, (entry, place) => {
        if (typeof entry['key'] === 'string') index.set(entry['key'], place)
        if (entry['paid'] !== false && isObject(entry['reply'])) onPaid(askerOf(entry), entry['reply'] as unknown as ModelReply)
      })
    }
  }

  /** Replies of all attempts at a shard but one. `onPaid`: told of each that was paid. */
  static async open(home: RunHome, shard: number, options: { without?: string; onPaid?: OnPaid } = {}): Promise<EarlierReplies> {
    const { without, onPaid = () => {} } = options
    const prefix = attemptsKey(shard)
    const logs = (await home.list(prefix)).filter(({ key }) => REPLIES.test(key) && !key.startsWith(`${prefix}${without}/`))
    if (home.folder !== null) {
      const paths = logs.map(({ key }) => join(home.folder!, key))
      return new EarlierReplies(paths, null, onPaid)
    }
    const scratch = mkdtempSync(join(tmpdir(), 'tracewright-replies-'))
    const paths: string[] = []
    for (const { key } of logs) {
      const bytes = await home.get(key)
      if (bytes === null) continue
      const path = join(scratch, key.slice(prefix.length).split('/')[0]!)
      appendFileSync(path, key.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes)
      if (!paths.includes(path)) paths.push(path)
    }
    return new EarlierReplies(paths, scratch, onPaid)
  }

  get(key: string): ModelReply | null {
    for (const { file, index } of this.logs) {
      const place = index.get(key)
      const entry = place === null ? null : entryAt(file, place)
      if (entry !== null && entry['key'] === key) return entry['reply'] as unknown as ModelReply
    }
    return null
  }

  /** Nothing is put where others write. */
  put(): void {}

  /** Let go of the files. */
  [Symbol.dispose](): void {
    for (const { file } of this.logs) closeSync(file)
    if (this.scratch !== null) rmSync(this.scratch, { recursive: true, force: true })
  }
}

const REPLIES = /\/(?:cells\/replies\.jsonl|replies-\d{5,}\.jsonl\.zst)$/
