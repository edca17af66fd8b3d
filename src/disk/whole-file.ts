import { closeSync, rmSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'
import { openToWrite } from './open-to-write.ts'
import { growingPath, settle } from './overwrite.ts'
import { syncFile } from './sync.ts'
import { writeAll } from './write-all.ts'

/** A file in the making: it stands under a name beside its own until it is whole, so that no reader sees half of it. */
export class WholeFile {
  private readonly path: string
  private readonly growing: string
  private readonly file: number
  private isOpen = true
  private batch: string[] = []
  private waiting = 0

  constructor(path: string) {
    this.path = path
    this.growing = growingPath(path)
    this.file = this.guarded(() => openToWrite(this.growing))
  }

  /** Add text. */
  write(text: string): void {
    this.batch.push(text)
    this.waiting += text.length
    if (this.waiting >= BATCH_CHARACTERS) this.flush()
  }

  /** Give the file its name. */
  close(): void {
    this.flush()
    this.guarded(() => {
      syncFile(this.file)
      this.letGo()
      settle(this.growing, this.path)
    })
  }

  /** Leave nothing behind. */
  abort(): void {
    this.letGo()
    if (this.growing !== this.path) rmSync(this.growing, { force: true })
  }

  private flush(): void {
    const bytes = Buffer.from(this.batch.join(''))
    this.batch = []
    this.waiting = 0
    this.put(bytes)
  }

  private put(bytes: Buffer): void {
    this.guarded(() => writeAll(this.file, bytes))
  }

  private letGo(): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }

  private guarded<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      if (error instanceof TracewrightError) throw error
      throw new TracewrightError('file', `Cannot write '${this.path}': ${systemReason(error)}`, { cause: error })
    }
  }
}

/** Text is handed to the system in pieces of about this size. */
const BATCH_CHARACTERS = 1 << 20
