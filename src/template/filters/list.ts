import { Failure } from '../error.ts'
import { attributeGetter, attributesGetter, ignoringCase } from '../methods/attribute-path.ts'
import { pairsOf } from '../methods/dict.ts'
import { sorted } from '../methods/list.ts'
import type { Run } from '../run.ts'
import { arithmetic } from '../values/arithmetic.ts'
import { compare, equals, truth } from '../values/compare.ts'
import { hashKey, isDict } from '../values/dict.ts'
import { characters, iterate, lengthOf } from '../values/iterate.ts'
import { integerArgument, isNothing } from '../values/native.ts'
import { Markup, Stream, stringOf, Tuple, typeName, Undefined } from '../values/values.ts'
import type { Filter } from './filter.ts'
import { joinTexts } from './text.ts'

export const length: Filter = {
  description: 'How many items a list or dictionary, or characters a text has.',
  takes: [],
  apply: (_, value) => {
    const count = lengthOf(value)
    if (count !== null) return count
    const hint = value instanceof Stream ? { hint: 'Turn it into a list first: … | list | length' } : {}
    throw new Failure('type', `object of type '${typeName(value)}' has no len()`, hint)
  },
}

export const first: Filter = {
  description: 'The first item.',
  takes: [],
  apply: (run, value) => {
    const next = value instanceof Stream ? value.next() : (stepOf(iterate(run, value), 0) ?? null)
    return next === null ? new Undefined('No first item, sequence was empty.') : next.item
  },
}

export const last: Filter = {
  description: 'The last item.',
  takes: [],
  apply: (run, value) => {
    if (value instanceof Stream)
      throw new Failure('type', "'generator' object is not reversible", { hint: 'Turn it into a list first: … | list | last' })
    return stepOf(iterate(run, value), -1)?.item ?? new Undefined('No last item, sequence was empty.')
  },
}

function stepOf(items: readonly unknown[], index: number): { item: unknown } | null {
  return items.length === 0 ? null : { item: items.at(index) }
}

export const random: Filter = {
  description: 'One item, drawn from the stream of the row and column, so that a seed draws the same again.',
  takes: [],
  apply: (run, value) => {
    if (value instanceof Stream || isDict(value))
      throw new Failure('type', `cannot draw from a ${typeName(value)}`, { hint: 'Turn it into a list first: … | list | random' })
    const items = iterate(run, value)
    return items.length === 0 ? new Undefined('No random item, sequence was empty.') : items[run.random.integer(items.length)]
  },
}

export const list: Filter = {
  description: 'The items as a list; of a text its characters.',
  takes: [],
  apply: (run, value) => run.own([...iterate(run, value)]),
}

export const join: Filter = {
  description: 'The items, or an attribute of each, as one text with a separator between them.',
  takes: ['d?', 'attribute?'],
  apply: (run, value, separator, attribute) => {
    const items = iterate(run, value)
    return joinTexts(
      run,
      isNothing(attribute) ? items : items.map(attributeGetter(run, attribute)),
      separator === undefined ? '' : separator,
    )
  },
}

export const reverse: Filter = {
  description: 'The items or characters in reverse order.',
  takes: [],
  apply: (run, value) => {
    const text = stringOf(value)
    if (text !== null) {
      run.spend(text.length / 16)
      return value instanceof Markup ? new Markup(characters(text).reverse().join('')) : characters(text).reverse().join('')
    }
    return new Stream([...iterate(run, value)].reverse())
  },
}

export const sort: Filter = {
  description: 'The items in order, or in order of one or several attributes; text ignores case unless `case_sensitive`.',
  takes: ['reverse?', 'case_sensitive?', 'attribute?'],
  apply: (run, value, descending, caseSensitive, attribute) => {
    const read = attributesGetter(run, attribute)
    const keyOf = truth(caseSensitive) ? read : (item: unknown) => read(item).map(ignoringCase)
    return run.own(sorted(run, iterate(run, value), keyOf, truth(descending)))
  },
}

export const unique: Filter = {
  description: 'The items without repetitions; text ignores case unless `case_sensitive`.',
  takes: ['case_sensitive?', 'attribute?'],
  apply: (run, value, caseSensitive, attribute) => {
    const read = keyGetter(run, caseSensitive, attribute)
    const seen = new Set<unknown>()
    const kept = iterate(run, value).filter(item => {
      const key = hashKey(read(item))
      return seen.has(key) ? false : seen.add(key)
    })
    return new Stream(kept)
  },
}

function keyGetter(run: Run, caseSensitive: unknown, attribute: unknown, missing?: unknown): (item: unknown) => unknown {
  const read = attributeGetter(run, attribute, missing)
  return truth(caseSensitive) ? read : item => ignoringCase(read(item))
}

function extreme(run: Run, value: unknown, read: (item: unknown) => unknown, sign: number): unknown {
  const items = iterate(run, value)
  if (items.length === 0) return new Undefined('No aggregated item, sequence was empty.')
  let best = items[0]
  let bestKey = read(best)
  for (const item of items.slice(1)) {
    const key = read(item)
    if (sign * compare(run, key, bestKey, sign > 0 ? '>' : '<') > 0) [best, bestKey] = [item, key]
  }
  return best
}

export const min: Filter = {
  description: 'The smallest item, or the one with the smallest attribute.',
  takes: ['case_sensitive?', 'attribute?'],
  apply: (run, value, caseSensitive, attribute) => extreme(run, value, keyGetter(run, caseSensitive, attribute), -1),
}

export const max: Filter = {
  description: 'The largest item, or the one with the largest attribute.',
  takes: ['case_sensitive?', 'attribute?'],
  apply: (run, value, caseSensitive, attribute) => extreme(run, value, keyGetter(run, caseSensitive, attribute), 1),
}

export const sum: Filter = {
  description: 'The sum of the items, or of an attribute of each, added to `start`.',
  takes: ['attribute?', 'start?'],
  apply: (run, value, attribute, start) => {
    if (stringOf(start) !== null) throw new Failure('type', "sum() can't sum strings", { hint: 'Use … | join' })
    return iterate(run, value)
      .map(attributeGetter(run, attribute))
      .reduce((total, item) => arithmetic(run, 'Add', total, item), start ?? 0)
  },
}

export const batch: Filter = {
  description: 'The items in lists of a given length; `fill_with` fills up the last.',
  takes: ['linecount', 'fill_with?'],
  apply: (run, value, count, fill) => {
    const size = integerArgument('linecount', count)
    const items = iterate(run, value)
    if (size <= 0) throw new Failure('argument', `linecount is ${size}, expected at least 1`)
    const batches: unknown[][] = []
    for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size))
    const tail = batches.at(-1)
    if (tail !== undefined && !isNothing(fill)) {
      run.reserve(size)
      run.spend(size)
      while (tail.length < size) tail.push(fill)
    }
    return new Stream(batches)
  },
}

export const slice: Filter = {
  description: 'The items dealt into a given number of lists; `fill_with` evens them out.',
  takes: ['slices', 'fill_with?'],
  apply: (run, value, count, fill) => {
    const slices = integerArgument('slices', count)
    const items = iterate(run, value)
    if (slices === 0) throw new Failure('type', 'integer division or modulo by zero')
    run.spend(Math.max(0, slices))
    const size = Math.floor(items.length / slices)
    const longer = items.length - size * slices
    let at = 0
    const columns: unknown[][] = []
    for (let index = 0; index < slices; index++) {
      const end = at + size + (index < longer ? 1 : 0)
      const column = items.slice(at, end)
      if (!isNothing(fill) && index >= longer) column.push(fill)
      columns.push(column)
      at = end
    }
    return new Stream(columns)
  },
}

export const groupby: Filter = {
  description: 'The items sorted and grouped by an attribute, as pairs of `grouper` and `list`.',
  takes: ['attribute', 'default?', 'case_sensitive?'],
  apply: (run, value, attribute, missing, caseSensitive) => {
    const keyOf = keyGetter(run, caseSensitive, attribute, missing)
    const read = attributeGetter(run, attribute, missing)
    const groups: { key: unknown; items: unknown[] }[] = []
    for (const item of sorted(run, iterate(run, value), keyOf, false)) {
      const key = keyOf(item)
      const group = groups.at(-1)
      if (group !== undefined && equals(run, group.key, key)) group.items.push(item)
      else groups.push({ key, items: [item] })
    }
    return run.own(groups.map(({ items }) => new Tuple([read(items[0]), run.own(items)], ['grouper', 'list'])))
  },
}

export const dictsort: Filter = {
  description: 'The pairs of a dictionary in order of its keys, or of its values with `by`.',
  takes: ['case_sensitive?', 'by?', 'reverse?'],
  apply: (run, value, caseSensitive, by, descending) => {
    const order = by ?? 'key'
    if (order !== 'key' && order !== 'value') throw new Failure('argument', 'You can only sort by either "key" or "value"')
    if (!isDict(value)) throw new Failure('type', `dictsort needs a dictionary: found ${typeName(value)}`)
    const index = order === 'key' ? 0 : 1
    const keyOf = (pair: unknown) => (truth(caseSensitive) ? (pair as Tuple).items[index] : ignoringCase((pair as Tuple).items[index]))
    return run.own(sorted(run, pairsOf(run, value), keyOf, truth(descending)))
  },
}

export const items: Filter = {
  description: 'The keys and values of a dictionary as pairs; none of something undefined.',
  takes: [],
  apply: (run, value) => {
    if (value instanceof Undefined) return new Stream([])
    if (!isDict(value)) throw new Failure('type', 'Can only get item pairs from a mapping.')
    return new Stream(pairsOf(run, value))
  },
}
