import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { NumberRuns } from '../../disk/number-runs.ts'
import { PagedNumbers } from '../../disk/paged-numbers.ts'

/** Where what does not fit into memory lies for a while. */
export class Scratch {
  readonly folder: string
  private readonly bytes: number
  private made = 0

  /** `memoryMB`: for each set of numbers. */
  constructor(folder: string, memoryMB: number = USUAL_MB) {
    this.folder = folder
    this.bytes = memoryMB * 2 ** 20
  }

  /** Records of so many numbers, to be sorted. */
  runs(width: number): NumberRuns {
    return new NumberRuns(this.path('runs'), { width, held: Math.max(1, Math.floor(this.bytes / 8)) })
  }

  /** Numbers by index. */
  numbers(empty = 0): PagedNumbers {
    return new PagedNumbers(this.path('numbers'), { ...this.paging, empty })
  }

  /** How numbers are held. */
  get paging(): { pages: number; pageSize: number; filterBytes: number } {
    const pageSize = Math.min(8192, Math.max(4, Math.floor(this.bytes / 64)))
    return {
      pages: Math.max(2, Math.floor(this.bytes / 8 / pageSize)),
      pageSize,
      filterBytes: Math.max(64, 2 ** Math.floor(Math.log2(this.bytes))),
    }
  }

  /** A file of its own; it is made by whoever writes it. */
  path(name: string): string {
    return join(this.folder, `${name}-${this.made++}`)
  }

  /** Take the folder away if nothing lies there any more. */
  leave(): void {
    if (existsSync(this.folder) && readdirSync(this.folder).length === 0) rmdirSync(this.folder)
  }
}

/** What each of the sets of an export holds in memory, in MB, where nobody says. */
const USUAL_MB = 64
