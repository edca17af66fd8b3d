// The registry. One line per processor type; nothing else belongs here.

export { dropColumns } from './drop-columns.ts'
export { exportProcessor } from './export.ts'
export { nearDuplicates } from './near-duplicates.ts'
export { schemaTransform } from './schema-transform.ts'
export { trainingStages } from './training-stages.ts'
