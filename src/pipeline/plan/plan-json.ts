import type { Json } from '../../json/json.ts'
import { dependenciesOf, type Plan } from './plan.ts'

/** A plan as a run's folder holds it: columns in the order they are computed, and what each reads. */
export function planJSON(plan: Plan): Json {
  const columns = plan.columns.map(column => ({
    name: column.name,
    column_type: column.columnType,
    reads: dependenciesOf(column),
    makes: [column.name, ...column.sideEffectColumns],
  }))
  return { seed_columns: plan.seedColumns, columns, dropped: plan.droppedColumns }
}
