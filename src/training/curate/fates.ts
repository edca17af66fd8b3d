import type { NumberLookup } from '../../disk/number-lookup.ts'
import type { Scratch } from '../scratch/scratch.ts'
import type { Families } from './families.ts'
import type { RowTable } from './row-table.ts'
import { RowTexts } from './row-texts.ts'
import type { Split } from './split.ts'

/** What becomes of rows: why they are left out, or where they go. */
export type Fates = { dropped: RowTexts; splits: RowTexts | null }

/** What fates are decided by. */
export type FateOptions = {
  scratch: Scratch
  table: RowTable
  families: Families
  groups: () => Iterable<readonly number[]> // near-duplicates, also by a third one
  areNear: (a: number, b: number) => boolean // by themselves
  dropped: RowTexts // rows that are left out already
  isDeduped: boolean
  perTask: number | null
  perProject: number | null
  split: Split
  before: NumberLookup | null // splits of an earlier export by hash of the id: places in the names of the split
}

/** Decide for all rows at once. Nothing hangs on the order in which they came. */
export function decideFates(options: FateOptions): Fates {
  const { dropped } = options
  if (options.isDeduped) dedupe(options)
  cap(options, 'task', options.perTask)
  cap(options, 'project', options.perProject)
  return { dropped, splits: options.split.names.length === 1 ? null : assign(options) }
}

/** Of rows that are alike the most complete stays. */
function dedupe({ scratch, table, groups, dropped }: FateOptions): void {
  const runs = scratch.runs(5)
  let n = 0
  for (const group of groups()) {
    n++
    for (const row of group) if (!dropped.has(row)) runs.add(n, -table.get(row, 'words'), table.get(row, 'time'), table.get(row, 'id'), row)
  }
  let last = 0
  for (const [group, , , , row] of runs.sorted()) {
    if (group === last) dropped.set(row!, 'near-duplicate of a more complete row')
    last = group!
  }
  runs[Symbol.dispose]()
}

/** Of too many rows those stay that ended best; among equals a stable hash decides. */
function cap({ scratch, table, dropped }: FateOptions, by: 'task' | 'project', most: number | null): void {
  if (most === null) return
  const runs = scratch.runs(4)
  for (let row = 0; row < table.size; row++)
    if (!dropped.has(row)) runs.add(table.get(row, by), -table.get(row, 'merit'), table.get(row, 'id'), row)
  let [last, count] = [-1, 0]
  for (const [group, , , row] of runs.sorted()) {
    count = group === last ? count + 1 : 1
    last = group!
    if (count > most) dropped.set(row!, `beyond ${most} of one ${by}`)
  }
  runs[Symbol.dispose]()
}

/** A row is compared with so many that came before it. */
const COMPARED = 1_000

/**
 * Lineages in the order in which they began: each goes where the first row is that it has a near-duplicate of, or where its own hash says.
 * What comes later never moves what was there; a row that is like rows of two splits is left out.
 */
function assign(options: FateOptions): RowTexts {
  const { scratch, table, families, areNear, split, before, dropped } = options
  const alike = new Alike(scratch, options.groups())
  const splits = new RowTexts(scratch)
  const earlier = (row: number) => {
    const place = before?.get(table.get(row, 'id')) ?? null
    return place === null ? null : split.names[place]!
  }
  for (const family of inOrder(options)) {
    const rows = families.rows(family)
    const first = rows[0]!
    const like = new Map(rows.map(row => [row, alike.placed(row).filter(other => areNear(row, other))]))
    const known = rows.map(earlier).find(where => where !== null)
    const [original] = [...like.values()].flat().sort((a, b) => byTime(table, a, b))
    const facts = { lineage: table.get(first, 'lineage'), project: table.get(first, 'project'), time: table.get(first, 'time') }
    const home = known ?? (original === undefined ? split.of(facts) : splits.get(original)!)
    for (const row of rows) {
      const where = earlier(row) ?? home
      splits.set(row, where)
      const isTorn = like.get(row)!.some(other => !dropped.has(other) && splits.get(other) !== where)
      if (isTorn) dropped.set(row, 'near-duplicate of a row in another split')
      alike.place(row)
    }
  }
  alike[Symbol.dispose]()
  return splits
}

/** Families by when they began; what an earlier export holds was there before all others. */
function* inOrder({ scratch, table, families, before }: FateOptions): Iterable<number> {
  const runs = scratch.runs(4)
  for (let row = 0; row < table.size; row++) {
    if (families.of(row) !== row) continue
    const rows = families.rows(row)
    const isOld = before !== null && rows.some(one => before.has(table.get(one, 'id')))
    runs.add(isOld ? 0 : 1, table.get(rows[0]!, 'time'), table.get(rows[0]!, 'id'), row)
  }
  for (const [, , , family] of runs.sorted()) yield family!
  runs[Symbol.dispose]()
}

function byTime(table: RowTable, a: number, b: number): number {
  return table.get(a, 'time') - table.get(b, 'time') || table.get(a, 'id') - table.get(b, 'id')
}

/** Rows of each group of near-duplicates that have their split already, the last one first. */
class Alike {
  private readonly parts: ReturnType<Scratch['numbers']>[]

  constructor(scratch: Scratch, groups: Iterable<readonly number[]>) {
    // By row its group; by group the row that was placed last, and how many were; by row the one that was placed before.
    this.parts = Array.from({ length: 4 }, () => scratch.numbers(-1))
    let n = 0
    for (const group of groups) {
      for (const row of group) this.parts[0]!.set(row, n)
      n++
    }
  }

  placed(row: number): number[] {
    const [groupOf, last, , before] = this.parts
    const group = groupOf!.get(row)
    const rows: number[] = []
    for (let at = group < 0 ? -1 : last!.get(group); at >= 0; at = before!.get(at)) rows.push(at)
    return rows
  }

  place(row: number): void {
    const [groupOf, last, counts, before] = this.parts
    const group = groupOf!.get(row)
    if (group < 0 || counts!.get(group) >= COMPARED) return
    before!.set(row, last!.get(group))
    last!.set(group, row)
    counts!.set(group, Math.max(0, counts!.get(group)) + 1)
  }

  [Symbol.dispose](): void {
    for (const part of this.parts) part[Symbol.dispose]()
  }
}
