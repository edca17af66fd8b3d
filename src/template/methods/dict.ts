import { table } from '../../json/table.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { dictDelete, dictEntries, dictGet, dictOf, dictSet, dictSize, isDict } from '../values/dict.ts'
import { iterate } from '../values/iterate.ts'
import type { Native } from '../values/native.ts'
import { reprOf } from '../values/text.ts'
import { Tuple, typeName, View } from '../values/values.ts'

/** Methods of dictionaries. */
export const dictMethods = table<Native>({
  keys: {
    takes: [],
    apply: (_, dict) =>
      new View(
        'dict_keys',
        dictEntries(dict as AnyDict).map(([key]) => key),
      ),
  },
  values: {
    takes: [],
    apply: (_, dict) =>
      new View(
        'dict_values',
        dictEntries(dict as AnyDict).map(([, value]) => value),
      ),
  },
  items: { takes: [], apply: (run, dict) => new View('dict_items', pairsOf(run, dict)) },
  get: {
    takes: ['key', 'default?'],
    isConstant: true,
    apply: (_, dict, key, missing) => firstGiven(dictGet(dict as AnyDict, key), missing),
  },
  copy: { takes: [], apply: (run, dict) => run.own(dictOf(dictEntries(dict as AnyDict))) },
  fromkeys: {
    takes: ['keys', 'value?'],
    apply: (run, _, keys, value) => run.own(dictOf(iterate(run, keys).map(key => [key, value ?? null]))),
  },
  update: { takes: ['other?'], apply: update },
  setdefault: { takes: ['key', 'default?'], isConstant: true, apply: setDefault },
  pop: { takes: ['key', 'default?'], isConstant: true, apply: pop },
  popitem: { takes: [], apply: popItem },
  clear: { takes: [], apply: clear },
})

type AnyDict = Parameters<typeof dictEntries>[0]

/** The first that is not left out; None is a value. */
function firstGiven(value: unknown, otherwise: unknown): unknown {
  return value === undefined ? (otherwise ?? null) : value
}

/** The keys and values of a dictionary as tuples. */
export function pairsOf(run: Run, dict: unknown): Tuple[] {
  run.spend(dictSize(dict as AnyDict))
  return dictEntries(dict as AnyDict).map(pair => new Tuple(pair))
}

/** Keys and values from a dictionary or from a list of pairs, as `dict()` takes them. */
export function entriesFrom(run: Run, value: unknown): [unknown, unknown][] {
  if (isDict(value)) {
    run.spend(dictSize(value))
    return dictEntries(value)
  }
  return iterate(run, value).map(pair => {
    const items = iterate(run, pair)
    if (items.length !== 2) throw new Failure('type', `dictionary update sequence element of length ${items.length}: expected 2`)
    return [items[0], items[1]]
  })
}

function update(run: Run, dict: unknown, other: unknown): null {
  if (other !== undefined) for (const [key, value] of entriesFrom(run, other)) dictSet(dict as AnyDict, key, value)
  return null
}

function setDefault(_run: Run, dict: unknown, key: unknown, value: unknown): unknown {
  const found = dictGet(dict as AnyDict, key)
  if (found !== undefined) return found
  dictSet(dict as AnyDict, key, value ?? null)
  return value ?? null
}

function pop(run: Run, dict: unknown, key: unknown, missing: unknown): unknown {
  const value = dictGet(dict as AnyDict, key)
  const found = value === undefined ? missing : value
  if (found === undefined) throw new Failure('type', `pop: the ${typeName(dict)} has no key ${reprOf(run, key)}`)
  dictDelete(dict as AnyDict, key)
  return found
}

function popItem(_run: Run, dict: unknown): unknown {
  const last = dictEntries(dict as AnyDict).at(-1)
  if (last === undefined) throw new Failure('type', 'popitem(): dictionary is empty')
  dictDelete(dict as AnyDict, last[0])
  return new Tuple(last)
}

function clear(_run: Run, dict: unknown): null {
  for (const [key] of dictEntries(dict as AnyDict)) dictDelete(dict as AnyDict, key)
  return null
}
