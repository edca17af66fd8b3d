// The registry. One line per codec; nothing else belongs here.
export { jsonl } from './jsonl.ts'
export { parquet } from './parquet.ts'
