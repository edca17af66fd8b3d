import type { ColumnConfig } from '../../column/column.ts'

/** Kahn's order, generation by generation, ties by place in the config: what the reference does. */
export function orderColumns(
  columns: readonly ColumnConfig[],
  dependenciesOf: (column: ColumnConfig) => string[],
): { ordered: ColumnConfig[]; circle: string[] } {
  const maker = new Map(columns.flatMap(column => [column.name, ...column.sideEffectColumns].map(name => [name, column] as const)))
  const waiting = new Map(columns.map(column => [column, new Set(dependenciesOf(column).flatMap(name => maker.get(name) ?? []))]))
  const readers = new Map<ColumnConfig, ColumnConfig[]>(columns.map(column => [column, []]))
  for (const [column, upstream] of waiting) for (const made of upstream) readers.get(made)!.push(column)
  const place = new Map(columns.map((column, i) => [column, i]))
  const ordered: ColumnConfig[] = []
  let ready = columns.filter(column => waiting.get(column)!.size === 0)
  while (ready.length > 0) {
    ordered.push(...ready)
    for (const column of ready) waiting.delete(column)
    const next: ColumnConfig[] = []
    for (const column of ready)
      for (const reader of readers.get(column)!) {
        const upstream = waiting.get(reader)!
        upstream.delete(column)
        if (upstream.size === 0) next.push(reader)
      }
    ready = next.sort((a, b) => place.get(a)! - place.get(b)!)
  }
  return { ordered, circle: waiting.size === 0 ? [] : circleIn(waiting) }
}

/** Walk upstream from anywhere until a column comes round again. */
function circleIn(waiting: ReadonlyMap<ColumnConfig, ReadonlySet<ColumnConfig>>): string[] {
  const path = new Set<ColumnConfig>()
  let column = waiting.keys().next().value!
  while (!path.has(column)) {
    path.add(column)
    column = waiting.get(column)!.values().next().value!
  }
  const all = [...path]
  return all.slice(all.indexOf(column)).map(({ name }) => name)
}
