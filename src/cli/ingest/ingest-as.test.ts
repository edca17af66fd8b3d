import { describe, expect, it } from 'vitest'
import type { IngestFlags } from './ingest-flags.ts'
import { ingestAs } from './ingest-rows.ts'

describe('ingest --as atif', () => {
  const options = { format: 'auto', path: import.meta.dirname } as const
  for (const [name, flags, message] of [
    ['a store’s codec', { codec: 'jsonl', output: 'out' }, 'Cannot use --codec with --as atif'],
    ['what only our rows have', { nested: true }, 'Cannot use --nested with --as atif'],
    ['what goes on for ever, wherever rows go', { watch: true }, 'Cannot use --watch with --as atif'],
    ['what only CSV needs', { guardFormulas: true }, 'Cannot use --guard-formulas with --as atif'],
    [
      'a file of another kind',
      { output: 'out.parquet' },
      "Cannot write 'out.parquet' as atif: expected -o DIR, for a file each, or -o FILE.jsonl",
    ],
  ] as const)
    it(`refuses ${name}`, async () => {
      await expect(ingestAs(options, { as: 'atif', ...flags } as unknown as IngestFlags)).rejects.toThrow(message)
    })
})
