/** A float that JavaScript would take for an integer (`1.0`, `1e3`, `-0.0`) or cannot hold (`1e400`): it is written as a float again. */
export class Float {
  /** The nearest double. */
  readonly value: number
  /** JSON text as Python writes it; as it was written where no double is as large. */
  readonly source: string

  constructor(value: number, source: string = floatText(value)) {
    this.value = value
    this.source = source
  }

  /** The nearest double, which operators of JavaScript reckon with. */
  valueOf(): number {
    return this.value
  }

  /** JSON text as Python writes it. */
  toString(): string {
    return this.source
  }

  /** The text as it stands, for `JSON.stringify`; null for what JSON has no number for. */
  toJSON(): unknown {
    return /^-?\d/.test(this.source) ? rawJson(this.source) : null
  }
}

function floatText(value: number): string {
  if (Math.abs(value) >= 1e16) return value.toExponential()
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** A float as rows and configs hold it: a whole one is a `Float`, in a number's place. */
export function asFloat(value: number): number {
  return (Number.isInteger(value) ? new Float(value) : value) as number
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
