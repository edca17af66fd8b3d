import { createHash } from 'node:crypto'
import { type Json, stringOrNull } from '../../../json/json.ts'

/** Hash of a trajectory's fields and steps, layout between them aside: the id of a document that has none of its own. */
export class ContentDigest {
  private readonly hash = createHash('sha256')
  private hasId = false

  field(key: string, { value, text }: Part): void {
    // A document that has an id needs no other, and hashing is not free.
    if ((key === 'trajectory_id' || key === 'session_id') && stringOrNull(value) !== null) this.hasId = true
    if (!this.hasId) this.hash.update(`${key}\0${text}\0`)
  }

  step({ text }: Part): void {
    if (!this.hasId) this.hash.update(`${text}\0`)
  }

  digest(): string {
    return this.hash.digest('hex')
  }
}

type Part = { value: Json; text: string }
