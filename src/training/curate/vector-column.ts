import { TracewrightError } from '../../errors.ts'
import { listed } from '../../fields.ts'
import { nearest } from '../../nearest.ts'
import type { Row } from '../../row.ts'
import type { NearVectors } from './near-vectors.ts'
import { directionOf } from './row-vector.ts'

/** The column whose vectors rows are compared by. Rows without a vector are compared with none; where no row has one, that is a mistake. */
export class VectorColumn {
  private readonly name: string
  private readonly near: NearVectors
  private readonly others = new Set<string>()
  private rows = 0

  constructor(name: string, near: NearVectors) {
    this.name = name
    this.near = near
  }

  /** Enter a row by its number; why it cannot be compared with those before it, else null. */
  add(number: number, row: Row): string | null {
    if (this.rows++ < LOOKED_AT && this.near.count === 0)
      for (const [column, cell] of Object.entries(row)) if (directionOf(cell) !== null) this.others.add(column)
    const vector = Object.hasOwn(row, this.name) ? directionOf(row[this.name]!) : null
    const problem = vector === null ? null : this.near.add(number, vector)
    return problem === null ? null : `cannot be compared by '${this.name}': ${problem}`
  }

  /** Throws where there were rows and none had a vector. */
  refuseNone(): void {
    if (this.rows === 0 || this.near.count > 0) return
    const others = [...this.others]
    const guess = nearest(this.name, others)
    throw new TracewrightError(
      'usage',
      `Cannot find near-duplicates by '${this.name}': found no vector there in ${this.rows} rows, expected lists of numbers`,
      {
        hint:
          others.length === 0
            ? 'Let a column of type embedding make them'
            : `${guess === null ? '' : `Did you mean '${guess}'? `}Vectors are in ${listed(others)}`,
      },
    )
  }
}

/** So many rows are looked at for columns that hold vectors. */
const LOOKED_AT = 20
