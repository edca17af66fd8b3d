import { existsSync, fstatSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { closingFile } from '../../disk/closing-file.ts'
import { openToRead } from '../../disk/regular-file.ts'
import type { EntryPlace } from '../../disk/scan-log.ts'
import { entryAt } from '../../disk/scan-log.ts'
import type { Json, JsonObject } from '../../json/json.ts'

/** What a reject says of what was asked for it: where the whole of it stands, and the last question. */
export type Asked = {
  /** Of the entry in `cells/asked.jsonl` that holds prompt and replies. */
  id: string
  /** Key of the last question, as `cells/replies.jsonl` has it. */
  reply_key: string
  /** Name that columns use for the model. */
  alias: string
  /** Model as its server names it. */
  model: string
  /** Name of the provider. */
  provider: string
  /** URL below which it answers. */
  endpoint: string
  /** Calls that were made for the cell. */
  calls: number
}

/** A cell that failed, with all that was asked for it. */
export type AskedCell = {
  /** As in the reject. */
  id: string
  /** Name of the column. */
  column: string
  /** Key of the row; `all` where a column asks about all rows together. */
  row: string
  /** In their order. */
  questions: AskedQuestion[]
}

/** A question to a model, and what came of it. */
export type AskedQuestion = {
  /** Key of the question. */
  reply_key: string
  /** Name that columns use for the model. */
  alias: string
  /** Model as its server names it. */
  model: string
  /** Name of the provider. */
  provider: string
  /** URL below which it answers. */
  endpoint: string
  /** What was sent beside the messages. */
  parameters: JsonObject
  /** So many messages at the beginning are those of the question before. */
  same_messages: number
  /** The messages that were sent, rendered; those at the beginning left out that are the same as before. */
  messages: Json[]
  /** Each call to the server: its reply as it was given, or the error. A reply that was kept from before is one, too. */
  calls: (AskedReply | AskedFailure)[]
}

/** A call that was answered. */
export type AskedReply = {
  /** When, ISO 8601. */
  at: string
  /** The reply, as it was given. */
  reply: JsonObject
}

/** A call that was not answered. */
export type AskedFailure = {
  /** When, ISO 8601. */
  at: string
  /** Why. */
  error: AskedError
}

/** A call that failed. */
export type AskedError = {
  /** Why, in words. */
  message: string
  /** Kind of the failure; null where it is no model's. */
  failure: string | null
  /** HTTP status; null where there is none. */
  status: number | null
  /** What the server said. */
  body: string
}

const CHUNK = 1 << 20

/** The cells of a run that failed, found by their ids. What was read once of the file is not read again while it grows. */
export class AskedCells {
  private readonly path: string
  private readonly places = new Map<string, EntryPlace>()
  private at = 0

  constructor(path: string) {
    this.path = path
  }

  /** The latest entry of an id; null where there is none. Others have their turn while the file is gone through. */
  async find(id: string): Promise<AskedCell | null> {
    if (!existsSync(this.path)) return null
    const file = openToRead(this.path)
    using _file = closingFile(file)
    if (fstatSync(file).size < this.at) this.startAnew()
    if (!this.places.has(id)) await this.readOn(file)
    const place = this.places.get(id)
    const entry = place === undefined ? null : entryAt(file, place)
    return entry === null || entry['id'] !== id ? null : (entry as unknown as AskedCell)
  }

  private startAnew(): void {
    this.places.clear()
    this.at = 0
  }

  /** Lines are long, so that of each only its beginning is looked at: the id stands first. */
  private async readOn(file: number): Promise<void> {
    const bytes = Buffer.alloc(CHUNK)
    let [start, head] = [this.at, '']
    for (let at = this.at; ; ) {
      const length = readSync(file, bytes, 0, CHUNK, at)
      if (length === 0) break
      for (let from = 0; from < length; ) {
        const end = bytes.subarray(0, length).indexOf(10, from)
        if (head.length < HEAD) head += bytes.toString('latin1', from, Math.min(end < 0 ? length : end, from + HEAD))
        if (end < 0) break
        const id = /^\{"id":"(\w+)"/.exec(head)?.[1]
        if (id !== undefined) this.places.set(id, { offset: start, length: at + end - start })
        from = end + 1
        start = this.at = at + from
        head = ''
      }
      at += length
      await setImmediate()
    }
  }
}

const HEAD = 100
