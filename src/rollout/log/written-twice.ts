import { writeJson } from '../../json/exact.ts'
import type { JsonObject } from '../../json/json.ts'
import type { Ledger, Place } from './ledger.ts'

/** Finds records that a program wrote a second time, as one does that does not know whether the first time went well: same id, same words. */
export class WrittenTwice {
  private readonly last = new Map<string, JsonObject>() // of each id; some programs write a record in pieces that share one
  private readonly ledger: Ledger
  private readonly idOf: (record: JsonObject) => string | null

  /** `idOf`: the id that no other record of the log has, but for further pieces of the same; null: it has none. */
  constructor(ledger: Ledger, idOf: (record: JsonObject) => string | null) {
    this.ledger = ledger
    this.idOf = idOf
  }

  /** Whether a record is one that was there before. It is settled then. */
  take(record: JsonObject, place: Place): boolean {
    const id = this.idOf(record)
    if (id === null) return false
    const before = this.last.get(id)
    this.last.set(id, record)
    if (before === undefined || writeJson(before) !== writeJson(record)) return false
    this.ledger.settle(place, 'merged', 'written a second time')
    return true
  }

  /** A record that was taken by an earlier reading. */
  know(record: JsonObject): void {
    const id = this.idOf(record)
    if (id !== null) this.last.set(id, record)
  }
}
