import { readFileSync } from 'node:fs'
import { readJson } from '../src/json/exact.ts'
import { redactionPolicy } from '../src/redact/policy.ts'
import { Redaction } from '../src/redact/redaction.ts'
import type { Row } from '../src/row.ts'

/*
 * How fast rows are redacted, in megabytes of their JSON a second of processor time, and as a multiple of what reading the same JSON
 * takes in the same process: node bench/redaction.ts ROWS.jsonl
 */
const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Expected a file of rows: node bench/redaction.ts ROWS.jsonl')
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter(line => line !== '')
const size = lines.reduce((sum, line) => sum + line.length, 0)
const start = process.cpuUsage()
const rows = lines.map(line => readJson(line) as Row)
const floor = process.cpuUsage(start).user
const redaction = new Redaction(redactionPolicy('default'))
const found = rows.map((row, i) => redaction.find(row, i))
const first = process.cpuUsage(start).user - floor
for (const [i, row] of found.entries()) {
  const known = redaction.known([i])
  if (known !== null) redaction.replace(row, i, known)
}
const both = process.cpuUsage(start).user - floor
const told = (time: number) => `${(size / time).toFixed(1)} MB/s, ${(time / floor).toFixed(1)} × reading`
console.log(`found at ${told(first)}; replaced in all at ${told(both)}: ${(size / 1e6).toFixed(1)} MB, ${rows.length} rows`)
