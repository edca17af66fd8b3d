import type { StoreType, StoreTypes } from '../../store-type.ts'

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

/** The same for the head of a card: lines of `dataset_info.features` in YAML, as `datasets` writes them. */
export function featuresYaml(types: StoreTypes, indent: string): string[] {
  return Object.entries(types).flatMap(([name, type]) => {
    const [first, ...more] = featureYaml(name, type, `${indent}  `)
    return [`${indent}- name: ${name}`, `${indent}  ${first}`, ...more]
  })
}

/** The kind of a feature, to stand behind its name or within a list, and the lines below it. */
function featureYaml(name: string, type: StoreType, indent: string): string[] {
  if (name === 'arguments') return ['dtype: json']
  if (typeof type === 'string') return [`dtype: ${DTYPES[type]}`]
  if ('struct' in type) return ['struct:', ...featuresYaml(type.struct, indent)]
  const inner = type.list
  if (typeof inner === 'string') return [`list: ${DTYPES[inner]}`]
  if ('struct' in inner) return ['list:', ...featuresYaml(inner.struct, indent)]
  const [first, ...more] = featureYaml('', inner, `${indent}  `)
  return ['list:', `${indent}  ${first}`, ...more]
}
