import { existsSync, fstatSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { closingFile } from '../disk/closing-file.ts'
import { openToRead } from '../disk/regular-file.ts'
import { parseJson } from '../json/json.ts'

/** What is counted of the replies of a run: how many there are for each column. */
export type ReplyCounts = { total: number; columns: ReadonlyMap<string, number> }

const CHUNK = 4 << 20

/** Follows a file of replies as it grows: what was read once is not read again. */
export class ReplyTail {
  private readonly path: string
  private at = 0
  private rest = ''
  private total = 0
  private columns = new Map<string, number>()

  constructor(path: string) {
    this.path = path
  }

  /** Read what has come since. */
  async read(): Promise<ReplyCounts> {
    if (existsSync(this.path)) {
      const file = openToRead(this.path)
      using _file = closingFile(file)
      const { size } = fstatSync(file)
      if (size < this.at) this.startAnew()
      const bytes = Buffer.alloc(Math.min(CHUNK, Math.max(0, size - this.at)))
      while (this.at < size) {
        const read = readSync(file, bytes, 0, Math.min(bytes.length, size - this.at), this.at)
        if (read === 0) break
        this.at += read
        this.take(bytes.toString('latin1', 0, read))
        await setImmediate()
      }
    }
    return { total: this.total, columns: this.columns }
  }

  private startAnew(): void {
    this.at = 0
    this.rest = ''
    this.total = 0
    this.columns = new Map()
  }

  /** Bytes are read as letters of one byte each, so that none is cut in two; a line is made text when it is whole. */
  private take(letters: string): void {
    const lines = (this.rest + letters).split('\n')
    this.rest = lines.pop()!
    for (const line of lines) if (line !== '') this.line(line)
  }

  private line(letters: string): void {
    const head = /^\{"key":(null|"\w*"),"column":("(?:[^"\\]|\\.)*")/.exec(letters.slice(0, 2000))
    const column = head === null ? undefined : parseJson(textOf(head[2]!))
    if (typeof column !== 'string') return
    this.total++
    this.columns.set(column, (this.columns.get(column) ?? 0) + 1)
  }
}

function textOf(letters: string): string {
  return Buffer.from(letters, 'latin1').toString('utf8')
}
