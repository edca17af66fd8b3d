import type { Split } from '../split.ts'
import type { DisjointSets } from './disjoint-sets.ts'
import type { RowTable } from './row-table.ts'

/** What becomes of rows: why they are left out, or where they go. */
export type Fates = { dropped: Map<number, string>; splits: Map<number, string> | null }

/** What fates are decided by. */
export type FateOptions = {
  table: RowTable
  relatives: DisjointSets // rows of one lineage
  groups: readonly (readonly number[])[] // near-duplicates, also by a third one
  areNear: (a: number, b: number) => boolean // by themselves
  dropped: ReadonlyMap<number, string> // rows that are left out already
  isDeduped: boolean
  perTask: number | null
  perProject: number | null
  split: Split
  before: ReadonlyMap<number, string> // splits of an earlier export, by hash of the id
}

/** Decide for all rows at once. Nothing hangs on the order in which they came. */
export function decideFates(options: FateOptions): Fates {
  const { table, groups, isDeduped } = options
  const dropped = new Map(options.dropped)
  if (isDeduped) {
    for (const group of groups) {
      const kept = group.filter(row => !dropped.has(row)).sort((a, b) => byCompleteness(table, a, b))
      for (const row of kept.slice(1)) dropped.set(row, 'near-duplicate of a more complete row')
    }
  }
  cap(options, dropped, 'task', options.perTask)
  cap(options, dropped, 'project', options.perProject)
  if (options.split.names.length === 1) return { dropped, splits: null }
  const splits = assign(options, dropped)
  return { dropped, splits }
}

function byCompleteness(table: RowTable, a: number, b: number): number {
  return table.get(b, 'words') - table.get(a, 'words') || byTime(table, a, b)
}

function byTime(table: RowTable, a: number, b: number): number {
  return table.get(a, 'time') - table.get(b, 'time') || table.get(a, 'id') - table.get(b, 'id')
}

/** Of too many rows those stay that ended best; among equals a stable hash decides. */
function cap({ table }: FateOptions, dropped: Map<number, string>, by: 'task' | 'project', most: number | null): void {
  if (most === null) return
  const kept = [...Array(table.size).keys()].filter(row => !dropped.has(row))
  const groups = Map.groupBy(kept, row => table.get(row, by))
  for (const group of groups.values()) {
    if (group.length <= most) continue
    group.sort((a, b) => table.get(b, 'merit') - table.get(a, 'merit') || table.get(a, 'id') - table.get(b, 'id'))
    for (const row of group.slice(most)) dropped.set(row, `beyond ${most} of one ${by}`)
  }
}

/** A row is compared with so many that came before it. */
const COMPARED = 1_000

/**
 * Lineages in the order in which they began: each goes where the first row is that it has a near-duplicate of, or where its own hash says.
 * What comes later never moves what was there; a row that is like rows of two splits is left out.
 */
function assign({ table, relatives, groups, areNear, split, before }: FateOptions, dropped: Map<number, string>): Map<number, string> {
  const groupOf = new Map<number, number>()
  for (const [i, group] of groups.entries()) for (const row of group) groupOf.set(row, i)
  const placed = new Map<number, number[]>() // rows of a group that have their split
  const splits = new Map<number, string>()
  const alike = (row: number) => {
    const group = groupOf.get(row)
    return group === undefined ? [] : (placed.get(group) ?? []).filter(other => areNear(row, other))
  }
  for (const rows of lineagesInOrder(table, relatives, before)) {
    const first = rows[0]!
    const like = new Map(rows.map(row => [row, alike(row)]))
    const known = rows.flatMap(row => before.get(table.get(row, 'id')) ?? [])[0]
    const [original] = [...like.values()].flat().sort((a, b) => byTime(table, a, b))
    const facts = { lineage: table.get(first, 'lineage'), project: table.get(first, 'project'), time: table.get(first, 'time') }
    const home = known ?? (original === undefined ? split.of(facts) : splits.get(original)!)
    for (const row of rows) {
      const where = before.get(table.get(row, 'id')) ?? home
      splits.set(row, where)
      const isTorn = like.get(row)!.some(other => !dropped.has(other) && splits.get(other) !== where)
      if (isTorn && !dropped.has(row)) dropped.set(row, 'near-duplicate of a row in another split')
      const group = groupOf.get(row)
      if (group === undefined) continue
      const others = placed.get(group) ?? []
      if (others.length < COMPARED) placed.set(group, others.concat(row))
    }
  }
  return splits
}

/** Rows by lineage, in order; what an earlier export holds was there before all others. */
function lineagesInOrder(table: RowTable, relatives: DisjointSets, before: ReadonlyMap<number, string>): number[][] {
  const lineages = relatives.groups(table.size)
  for (const rows of lineages) rows.sort((a, b) => byTime(table, a, b))
  lineages.sort((a, b) => byTime(table, a[0]!, b[0]!))
  if (before.size === 0) return lineages
  const isOld = (rows: readonly number[]) => rows.some(row => before.has(table.get(row, 'id')))
  return [...lineages.filter(isOld), ...lineages.filter(rows => !isOld(rows))]
}
