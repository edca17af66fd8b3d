import { table } from '../../json/table.ts'
import type { Native } from '../values/native.ts'
import { float, numeric } from '../values/values.ts'

/** Methods of ints and booleans. */
export const integerMethods = table<Native>({
  bit_length: { takes: [], apply: (_, value) => bitLength(BigInt(numeric(value)!)) },
  conjugate: { takes: [], apply: (_, value) => value },
  is_integer: { takes: [], apply: () => true },
})

/** Methods of floats. */
export const floatMethods = table<Native>({
  is_integer: { takes: [], apply: (_, value) => Number.isInteger(Number(numeric(value))) },
  conjugate: { takes: [], apply: (_, value) => float(Number(numeric(value))) },
})

function bitLength(value: bigint): number {
  return value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length
}
