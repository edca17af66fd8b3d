import type { Run } from '../run.ts'
import type { Native } from '../values/native.ts'
import type { Keywords } from '../values/values.ts'

/** A filter as the registry knows it: like a method, with one sentence for the docs. */
export type Filter = (Native | { applyAll(run: Run, subject: unknown, args: readonly unknown[], keywords: Keywords): unknown }) & {
  description: string
}
