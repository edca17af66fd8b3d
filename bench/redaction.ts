import { readFileSync } from 'node:fs'
import { readJson } from '../src/json/exact.ts'
import { redactionPolicy } from '../src/redact/policy.ts'
import { Redaction } from '../src/redact/redaction.ts'
import type { Row } from '../src/row.ts'

/* How fast rows are redacted, in megabytes of their JSON a second of processor time: node bench/redaction.ts ROWS.jsonl */
const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Expected a file of rows: node bench/redaction.ts ROWS.jsonl')
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter(line => line !== '')
const rows = lines.map(line => readJson(line) as Row)
const size = lines.reduce((sum, line) => sum + line.length, 0)
const redaction = new Redaction(redactionPolicy('default'))
const start = process.cpuUsage()
const found = rows.map((row, i) => redaction.find(row, i))
const first = process.cpuUsage(start).user
for (const [i, row] of found.entries()) {
  const known = redaction.known([i])
  if (known !== null) redaction.replace(row, i, known)
}
const both = process.cpuUsage(start).user
console.log(
  `found at ${(size / first).toFixed(1)} MB/s, replaced in all at ${(size / both).toFixed(1)} MB/s: ${(size / 1e6).toFixed(1)} MB, ${rows.length} rows`,
)
