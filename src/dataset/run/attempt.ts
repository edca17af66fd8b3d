import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import type { RunHome } from './home.ts'
import { attemptsKey } from './shard-marker.ts'

/**
 * One attempt at a shard: a folder of its own, so that whoever works at the same shard never meets it. In a home that is a folder it stands
 * there; for storage elsewhere it stands on this machine, and what must outlive the machine is sent as it comes.
 */
export class Attempt {
  readonly name: string
  readonly path: string
  protected readonly home: RunHome
  /** What its keys begin with. */
  protected readonly prefix: string
  private readonly scratch: string | null

  constructor(home: RunHome, shard: number, name = `a-${crypto.randomUUID().slice(0, 13)}`) {
    this.home = home
    this.name = name
    this.prefix = `${attemptsKey(shard)}${name}/`
    this.scratch = home.folder === null ? mkdtempSync(join(tmpdir(), 'tracewright-shard-')) : null
    this.path = this.scratch ?? join(home.folder!, this.prefix)
    if (this.scratch === null) makeFolder(this.path)
  }

  /** Whether what is written here has to be sent. */
  get isElsewhere(): boolean {
    return this.scratch !== null
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
  [Symbol.dispose](): void {
    if (this.scratch !== null) rmSync(this.scratch, { recursive: true, force: true })
  }
}
