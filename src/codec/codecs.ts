// The registry. One line per codec; nothing else belongs here.
export { csv } from './csv.ts'
export { json } from './json.ts'
export { jsonl } from './jsonl.ts'
export { parquet } from './parquet.ts'
