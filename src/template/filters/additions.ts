import type { Callable } from '../values/values.ts'
import type { Filter } from './filter.ts'

/** Filters and functions a profile has beside those of every template; they come before these. */
export type Additions = {
  filters: { readonly [name: string]: Filter | undefined }
  globals: { readonly [name: string]: Callable | undefined }
}
