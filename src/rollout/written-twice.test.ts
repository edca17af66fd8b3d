import { afterAll, expect, it } from 'vitest'
import { type FormatName, formatByName } from './known-formats.ts'
import { bucketSum } from './log/ledger.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

/* A program that does not know whether a write went well writes again. Where records have ids, what they say stands once. */

afterAll(removeFolders)

const WITH_IDS: FormatName[] = [
  'antigravity',
  'claude_code',
  'copilot_cli',
  'droid',
  'gemini_cli',
  'mistral_vibe',
  'otel_spans',
  'pi_coding_agent',
  'qwen_code',
]

const twice = (log: string) =>
  log
    .split('\n')
    .flatMap(line => (line === '' ? [] : [line, line]))
    .map(line => `${line}\n`)
    .join('')

it.each(WITH_IDS)('records of %s that were written a second time say nothing new', async name => {
  const example = formatByName.get(name)!.example('01a00000-0000-7000-8000-0000000000c1', ['Mended.', 'And flown.', 'Landed.'])
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
