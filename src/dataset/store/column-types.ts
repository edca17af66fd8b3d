import { DOCUMENTED_COLUMNS } from '../../rollout/conversation/row.ts'
import { ROLLOUT_STORE_TYPES } from '../../rollout/conversation/store-types.ts'
import type { StoreTypes } from '../../store-type.ts'

/** What makes the rows of a store comparable: a store holds rows made in one way only. */
export type StoreOptions = {
  /** Whether abandoned paths are rows of their own. Default 'active'. */
  branches: 'active' | 'all'
  /** What was recorded, or what the model was last given. Default 'recorded'. */
  context: 'recorded' | 'as_sent'
  /** Whose rows are reproduced; null: the faithful ones. */
  compat: 'data_designer' | null
}

/** Types of a store's columns: the same for every format and run; only the documented ones where another system's rows are made. */
export function storeTypesOf({ compat }: StoreOptions): StoreTypes {
  if (compat === null) return ROLLOUT_STORE_TYPES
  return Object.fromEntries(DOCUMENTED_COLUMNS.map(column => [column, ROLLOUT_STORE_TYPES[column]]))
}
