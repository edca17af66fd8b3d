import { afterAll, expect, it } from 'vitest'
import { formatByName } from './known-formats.ts'
import { bucketSum } from './log/ledger.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

/* A program that does not know whether a write went well writes again, and one that listens twice writes all twice: what they say stands once. */

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000c1'
const ANSWERS = ['Mended.', 'And flown.', 'Landed.']

const OF_LINES = [...formatByName.values()].filter(({ example }) =>
  Object.keys(example(ID, ['Mended.'])).some(path => path.endsWith('.jsonl')),
)

const twice = (log: string) =>
  log
    .split('\n')
    .flatMap(line => (line === '' ? [] : [line, line]))
    .map(line => `${line}\n`)
    .join('')

it.each(OF_LINES)('records of $name that were written a second time say nothing new', async ({ example: exampleOf }) => {
  const example = exampleOf(ID, ANSWERS)
  const told = async (change: (log: string) => string) => {
    const files = Object.fromEntries(Object.entries(example).map(([path, log]) => [path, path.endsWith('.jsonl') ? change(log) : log]))
    const { rows, units } = await readLogs(folderWith(files))
    for (const { ledger } of units) expect(bucketSum(ledger.buckets)).toBe(ledger.records)
    return rows.map(({ trace_id, messages, usage, diagnostics }) => ({
      trace_id,
      messages,
      usage,
      codes: diagnostics.map(({ code }) => code),
    }))
  }
  expect(await told(twice)).toEqual(await told(log => log))
})
