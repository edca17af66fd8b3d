import { createHash } from 'node:crypto'
import { closing } from '../closing.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { traceIdsOf } from '../dataset/dataset-facts.ts'
import { type DatasetFiles, filesOf } from '../dataset/dataset-files.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'

/** What is known of the rows of a store beside what is on disk: where each is, and rows that are held; null: not known. */
export type Known = { number(id: string): number | null; row(id: string): Promise<Row | null> }

/** Some rows of a store as it stands, by their trace ids. An id is looked for once, however often it is asked for. */
export class RowsById {
  private readonly files: DatasetFiles
  private readonly store: NonNullable<DatasetFiles['store']>
  private readonly numbers = new Map<string, number | null>()

  private readonly known: Known | null

  /** Throws where the path is no store. `known`: what whoever asks has of it already. */
  constructor(path: string, known: Known | null = null) {
    this.known = known
    this.files = filesOf(path)
    if (this.files.store === null)
      throw new TracewrightError('usage', `Cannot label '${path}': it is no store`, { hint: 'Make one: tracewright ingest PATH -o DIR' })
    this.store = this.files.store
  }

  /** Which state of the store it is. */
  get version(): string {
    const { files, counts } = this.files
    return createHash('sha1')
      .update(JSON.stringify([files, counts]))
      .digest('base64url')
  }

  /** Look where rows are, in one reading for all that are not known yet. */
  async find(ids: Iterable<string>): Promise<void> {
    const wanted = new Set(ids).difference(this.numbers)
    if (wanted.size === 0) return
    if (this.known !== null) {
      for (const id of wanted) this.numbers.set(id, this.known.number(id))
      return
    }
    for (const id of wanted) this.numbers.set(id, null)
    let number = 0
    for await (const id of traceIdsOf(this.store)) {
      if (wanted.has(id)) this.numbers.set(id, number)
      number++
    }
  }

  /** Whether a row that was looked for is there. */
  has(id: string): boolean {
    return this.numbers.get(id) != null
  }

  /** The rows among these that are there, one at a time, in the order of the store. */
  async each(ids: Iterable<string>, take: (id: string, row: Row) => void): Promise<void> {
    const found = [...ids].filter(id => this.has(id)).sort((a, b) => this.numbers.get(a)! - this.numbers.get(b)!)
    const left: string[] = []
    for (const id of found) {
      const row = this.known === null ? null : await this.known.row(id)
      if (row === null) left.push(id)
      else take(id, row)
    }
    if (left.length === 0) return
    const { files, types, counts } = this.files
    const rows = await openRowFiles(files, { types, counts })
    using _rows = closing(rows)
    for (const id of left) take(id, await rows.read(this.numbers.get(id)!))
  }
}
