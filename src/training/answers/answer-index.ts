import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { NumberLookup } from '../../disk/number-lookup.ts'
import type { NumberRuns } from '../../disk/number-runs.ts'
import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { TrainingMessage } from '../conversation/example.ts'
import { keyOf } from '../curate/split.ts'
import type { Scratch } from '../scratch/scratch.ts'

/** An answer of another row: what stood before it, as a key, the answer, and how well its session ended. */
export type OtherAnswer = { prompt: string; answer: TrainingMessage; reward: number | null }

/** Numbers of an entry: key of its group, its rank there, where it stands and how long it is. */
const WIDTH = 4

/** Answers by what they are looked for by; all of them lie in a file. */
export class AnswerIndex {
  private readonly scratch: Scratch
  private readonly path: string
  private readonly runs: NumberRuns
  private readonly entries: PagedNumbers // in order of their groups
  private firsts: NumberLookup | null = null // by group its first entry
  private file: number | null = null
  private bytes = 0

  constructor(scratch: Scratch) {
    this.scratch = scratch
    this.path = scratch.path('answers')
    this.runs = scratch.runs(WIDTH)
    this.entries = scratch.numbers(-1)
  }

  /** Enter an answer; of a group those of lower rank come first, then those that were entered first. */
  add(group: string, rank: number, answer: OtherAnswer): void {
    if (this.file === null) {
      makeFolder(dirname(this.path))
      this.file = openSync(this.path, 'w+', 0o600)
    }
    const text = Buffer.from(JSON.stringify(answer))
    writeAll(this.file, text)
    this.runs.add(keyOf(group), rank, this.bytes, text.length)
    this.bytes += text.length
  }

  /** Ready to be asked: nothing is entered any more. */
  settle(): void {
    const firsts = this.scratch.runs(2)
    let n = 0
    for (const entry of this.runs.sorted()) {
      firsts.add(entry[0]!, n)
      for (const [i, number] of entry.entries()) this.entries.set(n * WIDTH + i, number)
      n++
    }
    this.runs[Symbol.dispose]()
    this.firsts = new NumberLookup(firsts, this.scratch.path('groups'), { ...this.scratch.paging, hasValues: true })
  }

  /** Answers of a group, in order. */
  *of(group: string): Iterable<OtherAnswer> {
    const key = keyOf(group)
    const first = this.firsts?.get(key) ?? null
    if (first === null) return
    for (let n = first; this.entries.get(n * WIDTH) === key; n++) {
      const text = Buffer.alloc(this.entries.get(n * WIDTH + 3))
      readSync(this.file!, text, 0, text.length, this.entries.get(n * WIDTH + 2))
      yield JSON.parse(text.toString()) as OtherAnswer
    }
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    for (const part of [this.runs, this.entries, this.firsts]) part?.[Symbol.dispose]()
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
    rmSync(this.path, { force: true })
  }
}
