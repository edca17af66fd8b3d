import { closeSync, openSync, rmSync } from 'node:fs'
import { linesOf } from '../../codec/jsonl.ts'
import { writeAll } from '../../disk/write-all.ts'
import { readJson, writeJson } from '../../json/exact.ts'
import type { Outcome } from '../../row.ts'

/** Outcomes that are needed twice, kept in a file between. */
export class Spool {
  private readonly path: string
  private readonly file: number
  private isOpen = true

  constructor(path: string) {
    this.path = path
    this.file = openSync(path, 'w', 0o600)
  }

  add(outcome: Outcome): void {
    writeAll(this.file, Buffer.from(`${writeJson(outcome)}\n`))
  }

  /** What was added, in its order. */
  async *read(): AsyncIterable<Outcome> {
    this.finish()
    for await (const line of linesOf(this.path)) if (line !== '') yield readJson(line) as unknown as Outcome
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    this.finish()
    rmSync(this.path, { force: true })
  }

  private finish(): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }
}
