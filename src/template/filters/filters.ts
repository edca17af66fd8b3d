import { table } from '../../json/table.ts'
import { nearest } from '../../nearest.ts'
import { Failure } from '../error.ts'
import type { FiltersByName, Run } from '../run.ts'
import { callNative } from '../values/native.ts'
import type { Keywords } from '../values/values.ts'
import type { Additions } from './additions.ts'
import type { Filter } from './filter.ts'
import { escapeFilter, forceescape, safe, striptags, urlencode, xmlattr } from './html.ts'
import { jsonpathFilter } from './jsonpath.ts'
import {
  batch,
  dictsort,
  first,
  groupby,
  items,
  join,
  last,
  length,
  list,
  max,
  min,
  random,
  reverse,
  slice,
  sort,
  sum,
  unique,
} from './list.ts'
import { abs, filesizeformat, floatFilter, int, round } from './number.ts'
import { map, reject, rejectattr, select, selectattr } from './select.ts'
import {
  capitalizeFilter,
  center,
  format,
  indent,
  lower,
  replace,
  string,
  title,
  trim,
  truncate,
  upper,
  wordcount,
  wordwrap,
} from './text.ts'
import { urlize } from './urlize.ts'
import { attr, defaultFilter, pprint, tojson } from './value.ts'

/** Every filter by its name. */
export const filters = table<Filter>({
  abs,
  attr,
  batch,
  capitalize: capitalizeFilter,
  center,
  count: length,
  d: defaultFilter,
  default: defaultFilter,
  dictsort,
  e: escapeFilter,
  escape: escapeFilter,
  filesizeformat,
  first,
  float: floatFilter,
  forceescape,
  format,
  groupby,
  indent,
  int,
  items,
  join,
  jsonpath: jsonpathFilter,
  last,
  length,
  list,
  lower,
  map,
  max,
  min,
  pprint,
  random,
  reject,
  rejectattr,
  replace,
  reverse,
  round,
  safe,
  select,
  selectattr,
  slice,
  sort,
  string,
  striptags,
  sum,
  title,
  tojson,
  trim,
  truncate,
  unique,
  upper,
  urlencode,
  urlize,
  wordcount,
  wordwrap,
  xmlattr,
})

/** The filter of that name. Throws where there is none, or where the profile does not allow it. */
export function filterNamed(name: string, allowed: ReadonlySet<string> | null, additions: Additions | null): Filter {
  const filter = additions?.filters[name] ?? filters[name]
  if (filter !== undefined && (allowed === null || allowed.has(name))) return filter
  if (allowed !== null) {
    const list = [...allowed].join(', ')
    throw new Failure('filter', `The Jinja2 filter \`{{ ... | ${name} }}\` is not a permitted operation. Available filters: ${list}`)
  }
  const guess = nearest(name, Object.keys(filters))
  throw new Failure('filter', `No filter named '${name}'`, guess === null ? {} : { hint: `Did you mean '${guess}'?` })
}

/** Filters to be applied by their names, as `map('upper')` does. */
export function filtersByName(allowed: ReadonlySet<string> | null, additions: Additions | null): FiltersByName {
  return {
    has: name => filters[name] !== undefined,
    call: (run, name, value, args, keywords) => applyFilter(run, name, filterNamed(name, allowed, additions), value, args, keywords),
  }
}

/** Apply a filter that was looked up before. */
export function applyFilter(run: Run, name: string, filter: Filter, value: unknown, args: readonly unknown[], keywords: Keywords): unknown {
  if ('apply' in filter) return callNative(name, filter, run, value, args, keywords)
  run.spend(1)
  return filter.applyAll(run, value, args, keywords)
}
