import { table } from '../../json/table.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { compare, equals, truth } from '../values/compare.ts'
import { iterate } from '../values/iterate.ts'
import { integerArgument, type Native } from '../values/native.ts'
import { reprOf } from '../values/text.ts'
import { Callable, Range, Tuple, typeName } from '../values/values.ts'

/** Names of the methods that change what they are called on. */
export const MUTATING: ReadonlySet<string> = new Set([
  'append',
  'extend',
  'insert',
  'remove',
  'pop',
  'clear',
  'sort',
  'reverse',
  'update',
  'setdefault',
  'popitem',
])

/** Methods of tuples and ranges. */
export const sequenceMethods = table<Native>({
  index: { takes: ['value', 'start?', 'stop?'], apply: indexOf },
  count: { takes: ['value'], apply: countOf },
})

/** Methods of lists. */
export const listMethods = table<Native>({
  index: { takes: ['value', 'start?', 'stop?'], apply: indexOf },
  count: { takes: ['value'], apply: countOf },
  copy: { takes: [], apply: (run, list) => run.own([...iterate(run, list)]) },
  append: { takes: ['item'], isConstant: true, apply: (run, list, item) => grow(run, list as unknown[], [item]) },
  extend: { takes: ['items'], apply: (run, list, items) => grow(run, list as unknown[], iterate(run, items)) },
  insert: { takes: ['index', 'item'], isConstant: true, apply: insert },
  remove: { takes: ['item'], apply: remove },
  pop: { takes: ['index?'], isConstant: true, apply: pop },
  clear: { takes: [], isConstant: true, apply: (_, list) => emptied(list as unknown[]) },
  reverse: { takes: [], apply: (_, list) => reversed(list as unknown[]) },
  sort: { takes: ['key?', 'reverse?'], apply: (run, list, key, reverse) => sortInPlace(run, list as unknown[], key, reverse) },
})

function itemsOf(run: Run, value: unknown): readonly unknown[] {
  return value instanceof Tuple ? value.items : value instanceof Range ? iterate(run, value) : (value as unknown[])
}

function indexOf(run: Run, value: unknown, wanted: unknown, start?: unknown, stop?: unknown): number {
  const items = itemsOf(run, value)
  const position = (index: number) => (index < 0 ? Math.max(0, index + items.length) : index)
  const end = Math.min(items.length, position(integerArgument('stop', stop, items.length)))
  for (let index = position(integerArgument('start', start, 0)); index < end; index++) {
    run.spend(1)
    if (equals(run, items[index], wanted)) return index
  }
  throw new Failure('type', `${reprOf(run, wanted)} is not in the ${typeName(value)}`)
}

function countOf(run: Run, value: unknown, wanted: unknown): number {
  const items = itemsOf(run, value)
  run.spend(items.length)
  return items.filter(item => equals(run, item, wanted)).length
}

function grow(run: Run, list: unknown[], items: readonly unknown[]): null {
  run.reserve(list.length + items.length)
  for (const item of [...items]) list.push(item)
  return null
}

function insert(run: Run, list: unknown, index: unknown, item: unknown): null {
  const items = list as unknown[]
  run.reserve(items.length + 1)
  run.spend(items.length / 64)
  items.splice(integerArgument('index', index), 0, item)
  return null
}

function pop(run: Run, list: unknown, index: unknown): unknown {
  const items = list as unknown[]
  if (items.length === 0) throw new Failure('type', 'pop from empty list')
  const at = integerArgument('index', index, -1)
  const position = at < 0 ? at + items.length : at
  if (position < 0 || position >= items.length) throw new Failure('type', 'pop index out of range')
  run.spend((items.length - position) / 64)
  return items.splice(position, 1)[0]
}

function remove(run: Run, list: unknown, item: unknown): null {
  ;(list as unknown[]).splice(indexOf(run, list, item), 1)
  return null
}

function reversed(list: unknown[]): null {
  list.reverse()
  return null
}

function emptied(list: unknown[]): null {
  list.length = 0
  return null
}

function sortInPlace(run: Run, list: unknown[], key: unknown, reverse: unknown): null {
  const keyOf = key instanceof Callable ? (item: unknown) => key.invoke(run, [item], new Map()) : (item: unknown) => item
  const ordered = sorted(run, list, keyOf, truth(reverse))
  for (let index = 0; index < ordered.length; index++) list[index] = ordered[index]
  return null
}

/** Items in Python's order by their keys; equal ones stay as they were, in reverse too. */
export function sorted(run: Run, items: readonly unknown[], keyOf: (item: unknown) => unknown, reverse: boolean): unknown[] {
  run.spend(items.length * (2 + Math.log2(items.length + 1) / 2))
  const keyed = items.map(item => ({ item, key: keyOf(item) }))
  keyed.sort((a, b) => {
    const order = reverse ? compare(run, b.key, a.key) : compare(run, a.key, b.key)
    return Number.isNaN(order) ? 0 : order
  })
  return keyed.map(({ item }) => item)
}
