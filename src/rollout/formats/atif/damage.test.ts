import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { brokenInvariants } from '../../conversation/invariants.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { bucketSum } from '../../log/ledger.ts'
import { codes, inShort, logs, read } from './testing/read-fixture.ts'

describe('damage', () => {
  it('strips a byte order mark', async () => {
    expect(inShort((await read(logs('damage'))).row('bom-1'))).toHaveLength(2)
  })

  it('recovers gaps and wrong types in step ids', async () => {
    const row = (await read(logs('damage'))).row('ids-1')
    expect(row.message_count).toBe(6)
    expect(row.diagnostics.filter(({ code }) => code === 'step_id').map(({ detail }) => detail)).toEqual([
      { found: 3, expected: 2 },
      { found: true, expected: 5 },
      { found: '6', expected: 6 },
      { found: null, expected: 7 },
    ])
    expect(row.source_meta['validity']).toEqual({ verdict: 'recoverable', findings: 5 })
  })

  it('keeps the whole steps of a file that breaks off', async () => {
    const { row, ledgers } = await read(logs('damage'))
    expect(inShort(row('torn-1'))).toEqual(['user(human): Begin.', 'assistant(model): Begun.'])
    expect(ledgers.get('torn.json')!.buckets.unparsed).toEqual({ 'torn tail': 1 })
    expect(row('torn-1').diagnostics[0]).toMatchObject({ code: 'torn_tail', detail: { hint: 'The file may still be written' } })
  })

  it('goes on behind a step that is not JSON', async () => {
    const { row, ledgers } = await read(logs('damage'))
    expect(inShort(row('broken-1'))).toEqual(['user(human): before', 'assistant(model): after'])
    expect(ledgers.get('broken-step.json')!.buckets.unparsed).toEqual({ 'not JSON': 1, 'NUL bytes': 1 })
    expect(row('broken-1').source_meta['validity']).toMatchObject({ verdict: 'invalid' })
    expect(codes(row('broken-1'))).toEqual(['damage', 'breaks_rules'])
  })

  it('carries deep nesting and numbers nobody reads as text', async () => {
    const { row } = await read(logs('damage'))
    expect(codes(row('deep-1'))).toEqual(['nested_too_deep'])
    expect(JSON.stringify(row('deep-1'))).toContain('['.repeat(2000))
    expect(row('huge-1').message_meta[0]!.extra).toEqual({ extra: { n: '7'.repeat(5000) } })
    expect(row('huge-1').message_meta[1]!.extra).toEqual({ extra: { p: [null, null, 0.5] } })
    expect(codes(row('huge-1'))).toEqual(['number_kept_as_text', 'not_a_number'])
  })

  it('keeps the words of fields of a wrong type', async () => {
    const { row, ledgers } = await read(logs('damage'))
    expect(inShort(row('wrong-types'))).toEqual([
      'user(human): {"nested":"text"}',
      'assistant(model): 12',
      'user(tool): plain text',
      'user(harness): an unknown speaker',
      'assistant(model): an alias',
      'user(human): misplaced',
      'assistant(model): the end',
    ])
    expect(row('wrong-types').message_meta[5]).toMatchObject({
      timestamp: '2026-05-04T09:00:00.000Z',
      extra: { misplaced: { tool_calls: [{}] } },
    })
    expect(JSON.stringify(row('wrong-types').diagnostics)).toContain('a step that is text')
    expect(ledgers.get('wrong-types.json')!.buckets.unparsed).toEqual({ 'not a JSON object': 1 })
  })

  it('accepts a version it does not know, with a diagnostic, and keeps unknown fields', async () => {
    const row = (await read(logs('damage'))).row('future-1')
    expect(codes(row)).toEqual(['unknown_schema_version', 'breaks_rules'])
    expect(row.source_meta['mood']).toBe('fine')
    expect(row.message_meta[0]!.extra).toEqual({ weather: 'dry' })
  })

  it('passes over files that are no trajectories, with a reason', async () => {
    expect((await read(logs('damage'))).skipped).toMatchObject([{ path: 'config.json', reason: 'Not an ATIF trajectory' }])
  })

  it('gives a document without ids one made of its content, the same under any layout', async () => {
    const text = readFileSync(join(logs('damage'), 'no-ids.json'), 'utf8')
    const folder = copy('damage')
    const ids = [...(await read(logs('damage'))).rows.keys()].filter(id => id.startsWith('atif-'))
    expect(ids).toHaveLength(1)
    writeFileSync(join(folder, 'no-ids.json'), text.replace('{', '{  '))
    expect([...(await read(folder)).rows.keys()]).toContain(ids[0])
  })

  it('keeps the invariants and the balance when bytes are changed anywhere', async () => {
    const folder = copy('embedded-subagents')
    const text = readFileSync(join(folder, 'team.json'))
    for (let at = 0; at < text.length; at += 17) {
      const damaged = Buffer.from(text)
      damaged[at] = '{}[]",:\\\0x'.charCodeAt(at % 10)
      writeFileSync(join(folder, 'team.json'), damaged.subarray(0, at % 5 === 0 ? text.length - at : text.length))
      const { rows, ledgers } = await read(folder).catch(() => ({ rows: new Map<string, RolloutRow>(), ledgers: new Map() }))
      for (const row of rows.values()) expect(brokenInvariants(row), `byte ${at}`).toEqual([])
      for (const ledger of ledgers.values()) {
        expect(bucketSum(ledger.buckets)).toBe(ledger.records)
        expect(ledger.buckets.unparsed).not.toHaveProperty('not accounted for')
      }
    }
  })
})

const copies: string[] = []
function copy(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-atif-'))
  copies.push(folder)
  cpSync(logs(name), folder, { recursive: true })
  return folder
}
afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true })
})
