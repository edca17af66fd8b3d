import type { StoreType, StoreTypes } from '../store-type.ts'

/** What `datasets` is told of the columns of a Parquet file: arguments of calls are JSON text that it reads as values. */
export function datasetsFeatures(types: StoreTypes): object {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, featureOf(name, type)]))
}

const DTYPES = { text: 'string', json: 'string', integer: 'int64', number: 'float64', boolean: 'bool' } as const

function featureOf(name: string, type: StoreType): object {
  if (name === 'arguments') return { _type: 'Json' }
  if (typeof type === 'string') return { dtype: DTYPES[type], _type: 'Value' }
  if ('list' in type) return { feature: featureOf('', type.list), _type: 'List' }
  return Object.fromEntries(Object.entries(type.struct).map(([key, item]) => [key, featureOf(key, item)]))
}
