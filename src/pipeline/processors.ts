// The registry. One line per processor type; nothing else belongs here.
export { dropColumns } from './drop-columns.ts'
export { schemaTransform } from './schema-transform.ts'
