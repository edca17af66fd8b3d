import type { Row } from '../row.ts'
import { changeTexts, type RedactedColumns } from './change-texts.ts'
import { type Caught, KnownValues } from './known-values.ts'
import type { RedactionPolicy } from './policy.ts'
import { isTelling, Pseudonyms } from './pseudonyms.ts'
import { TextRedactor } from './redact-text.ts'
import { memoryOfMaps, type RedactionMemory, TextKeys } from './redaction-memory.ts'
import { seamsOf } from './seams.ts'

/** What was redacted, without the values. */
export type RedactionReport = {
  /** Its name, as it was asked for. */
  policy: string
  /** Of all its rules: two exports with the same one were redacted alike. */
  hash: string
  /** Rows with anything replaced. */
  rows: number
  /** What each rule found. */
  rules: {
    [rule: string]: {
      /** Places in which something was replaced. */
      places: number
      /** Distinct values. */
      values: number
    }
  }
}

/**
 * Redaction in two passes: the first replaces what is found in a row and remembers it, the second replaces in a row what was found
 * anywhere in its lineage.
 */
export class Redaction {
  readonly hash: string
  private readonly policy: RedactionPolicy
  private readonly columns: RedactedColumns
  private readonly redactor: TextRedactor
  private readonly places = new Map<string, number>()
  private readonly values = new Map<string, number>()
  private readonly memory: RedactionMemory
  private readonly keys = new TextKeys()
  private changed = 0
  private last = -1 // the row in which something was replaced last

  /** `columns`: those that exports write, or all that a row has; `memory`: where what is known of all rows is kept. */
  constructor(
    policy: RedactionPolicy,
    { columns = 'exported', memory = memoryOfMaps() }: { columns?: RedactedColumns; memory?: RedactionMemory } = {},
  ) {
    this.policy = policy
    this.columns = columns
    this.hash = policy.hash
    this.memory = memory
    const pseudonyms = new Pseudonyms(memory.numbers, this.keys)
    this.redactor = new TextRedactor(policy.detectors, { allowed: policy.allowed, pseudonyms })
  }

  /** The row with everything replaced that is found in it. */
  find(row: Row, number: number): Row {
    const caught = new Map<string, Caught>()
    const result = changeTexts(
      row,
      (text, more) =>
        this.redactor.redact(
          text,
          one => {
            this.count(one, number)
            if (isTelling(one.value, one.stand)) caught.set(one.value, one)
          },
          more,
        ),
      { columns: this.columns, seams: seamsOf(row, this.redactor.finder) },
    )
    if (caught.size > 0) this.memory.caught.set(number, [...caught.values()])
    return result
  }

  /** Values that were found in any of these rows. */
  known(numbers: Iterable<number>): KnownValues | null {
    const all = new Map<string, Caught>()
    for (const number of numbers) for (const one of this.memory.caught.get(number) ?? []) all.set(one.value, one)
    return all.size === 0 ? null : new KnownValues(all.values())
  }

  /** The row with known values replaced, too. A row that is replaced once more is not to be counted again. */
  replace(row: Row, number: number, known: KnownValues, { isCounted = true } = {}): Row {
    return changeTexts(row, text => this.redactor.replace(text, known, one => isCounted && this.count(one, number)), {
      columns: this.columns,
    })
  }

  /** A text that is no part of a row's messages, such as a reason why it was left out. */
  plain(text: string): string {
    return this.redactor.redact(text, () => {})
  }

  /** What was redacted so far. */
  report(): RedactionReport {
    const rules = [...this.places].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      policy: this.policy.name,
      hash: this.hash,
      rows: this.changed,
      rules: Object.fromEntries(rules.map(([rule, places]) => [rule, { places, values: this.values.get(rule)! }])),
    }
  }

  /** Take away what lies on disk. */
  [Symbol.dispose](): void {
    this.memory[Symbol.dispose]()
  }

  private count({ rule, value }: Caught, number: number): void {
    this.places.set(rule, (this.places.get(rule) ?? 0) + 1)
    if (this.isNew(`rule ${rule}`, value)) this.values.set(rule, (this.values.get(rule) ?? 0) + 1)
    if (number !== this.last && this.isNew('row', String(number))) this.changed++
    this.last = number
  }

  private isNew(kind: string, text: string): boolean {
    const key = this.keys.of(kind, text)
    if (this.memory.numbers.get(key) !== undefined) return false
    this.memory.numbers.set(key, 1)
    return true
  }
}
