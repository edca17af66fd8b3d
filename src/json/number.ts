/** A float that JavaScript would take for an integer (`1.0`, `1e3`, `-0.0`) or cannot hold (`1e400`): it is written as a float again. */
export class Float {
  readonly value: number
  private readonly source: string | null

  /** `source`: how it was written, where no double is as large. */
  constructor(value: number, source: string | null = null) {
    this.value = value
    this.source = source
  }

  valueOf(): number {
    return this.value
  }

  /** JSON text as Python writes it. */
  toString(): string {
    if (this.source !== null) return this.source
    const text = Object.is(this.value, -0) ? '-0' : String(this.value)
    return /^-?\d+$/.test(text) ? `${text}.0` : text
  }

  toJSON(): unknown {
    return Number.isFinite(this.value) || this.source !== null ? rawJson(this.toString()) : null
  }
}

/** A number as JSON writes it: a number where JavaScript keeps it as it is, else a bigint or a `Float`. */
export function numberOf(source: string): number | bigint | Float {
  const value = Number(source)
  if (/[.eE]/.test(source)) {
    if (!Number.isFinite(value)) return new Float(value, source)
    return Number.isInteger(value) ? new Float(value) : value
  }
  if (value === 0) return 0
  return Number.isSafeInteger(value) ? value : BigInt(source.replace(/^\+/, ''))
}

/** What `JSON.stringify` writes as this text and nothing else. */
export function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
}
