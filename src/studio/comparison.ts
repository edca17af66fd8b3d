import { diffArrays } from 'diff'
import type { ComparedCall, Comparison } from './api.ts'

/** Calls of sessions beside each other: those of the others are aligned with the first's by what is called with what. */
export function alignCalls(sessions: readonly (readonly ComparedCall[])[]): Pick<Comparison, 'rows' | 'left_out' | 'parted'> {
  const [first = [], ...others] = sessions
  const columns = others.map(other => besideFirst(first, other))
  const rows: Comparison['rows'] = []
  for (let at = 0; at <= first.length; at++) {
    // What others did before this call of the first stands in rows of its own.
    for (const [i, { extra }] of columns.entries())
      for (const call of extra.get(at) ?? [])
        rows.push({ calls: sessions.map((_, column) => (column === i + 1 ? call : null)), same: false })
    if (at === first.length) break
    const calls = [first[at]!, ...columns.map(({ matches }) => matches.get(at) ?? null)]
    rows.push({ calls, same: calls.every(call => call !== null && call.failed === first[at]!.failed) })
  }
  const parted = rows.findIndex(({ same }) => !same)
  return { rows: rows.slice(0, MAX_ROWS), left_out: Math.max(0, rows.length - MAX_ROWS), parted: parted < 0 ? null : parted }
}

/** Sequences that differ in more places are shown one below the other: to align them takes time by the differences. */
const MAX_EDITS = 4000

/** Rows that are told. */
const MAX_ROWS = 3000

type Beside = { matches: Map<number, ComparedCall>; extra: Map<number, ComparedCall[]> }

/** Which calls of another session are those of the first, and before which of the first the others stand. */
function besideFirst(first: readonly ComparedCall[], other: readonly ComparedCall[]): Beside {
  const matches = new Map<number, ComparedCall>()
  const extra = new Map<number, ComparedCall[]>()
  const parts = diffArrays(first.map(keyOf), other.map(keyOf), { maxEditLength: MAX_EDITS })
  if (parts === undefined) return { matches, extra: new Map([[first.length, [...other]]]) }
  let [at, own] = [0, 0]
  for (const { added, removed, count } of parts)
    for (let i = 0; i < count; i++) {
      if (removed) at++
      else if (added) {
        const here = extra.get(at) ?? []
        here.push(other[own++]!)
        extra.set(at, here)
      } else matches.set(at++, other[own++]!)
    }
  return { matches, extra }
}

function keyOf({ name, brief }: ComparedCall): string {
  return JSON.stringify([name, brief])
}
