import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { TracewrightError } from '../../errors.ts'
import type { JsonObject } from '../../json/json.ts'
import { DOCUMENTED_COLUMNS, type RolloutRow } from '../conversation/row.ts'
import type { DataDesignerJob } from '../format.ts'
import { parseSession as parseClaudeCode } from '../formats/claude-code/data-designer.ts'
import { parseSession as parseHermesAgent } from '../formats/hermes-agent/data-designer.ts'
import { formatNamed } from '../known-formats.ts'
import { Source } from '../log/source.ts'
import { openRollouts, type ReadOptions } from '../read.ts'
import { DataDesignerParseError } from './parse-error.ts'

type PathTable = { path: string; expected: boolean }[]
type ParseCase = {
  id: string
  files: { [path: string]: string }
  relative_path: string
  parse_context?: { session_index: { [sessionId: string]: JsonObject } }
  expected_records?: JsonObject[]
  expected_error?: { type: string; message: string }
  expected_warnings?: string[]
}
type CaseFile = { format: string; is_handled_file: PathTable; should_warn_unhandled_file: PathTable; parse: ParseCase[] }

const folders: string[] = []

/** A folder with these files in it. */
function folderOf(files: { [path: string]: string | Buffer }): string {
  const root = mkdtempSync(join(tmpdir(), 'tracewright-reference-'))
  folders.push(root)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function parse(format: string, job: DataDesignerJob, context: ParseCase['parse_context']): Promise<RolloutRow[]> {
  if (context === undefined) return formatNamed(format).dataDesigner!.parse(job)
  const index = new Map(Object.entries(context.session_index))
  return format === 'claude_code' ? parseClaudeCode(job, index) : parseHermesAgent(job, index)
}

const casesFolder = join(import.meta.dirname, 'cases')

for (const name of readdirSync(casesFolder).filter(name => name.endsWith('.json'))) {
  const cases = JSON.parse(readFileSync(join(casesFolder, name), 'utf8')) as CaseFile
  const reader = formatNamed(cases.format).dataDesigner!

  describe(`${cases.format} under data_designer`, () => {
    for (const { path, expected } of cases.is_handled_file)
      it(`${expected ? 'reads' : 'does not read'} ${path}`, () => expect(reader.isHandled(path)).toBe(expected))

    for (const { path, expected } of cases.should_warn_unhandled_file)
      it(`${expected ? 'mentions' : 'does not mention'} ${path}`, () => expect(reader.warnsUnhandled(path)).toBe(expected))

    for (const { id, files, relative_path, parse_context, ...expected } of cases.parse)
      it(`gives the reference's rows, warnings or error: ${id}`, async () => {
        const source = new Source(folderOf(files))
        const here = (value: unknown) => JSON.stringify(value).replaceAll(source.root, '<ROOT>')
        const warnings: string[] = []
        const job = { source, path: relative_path, recursive: true, warn: (text: string) => warnings.push(text) }
        const outcome = await parse(cases.format, job, parse_context).catch((error: Error) => error)
        if (expected.expected_error !== undefined) {
          const { type, message } = expected.expected_error
          const skips = ['AgentRolloutSeedParseError', 'UnicodeDecodeError'].includes(type)
          expect(outcome).toBeInstanceOf(skips ? DataDesignerParseError : TracewrightError)
          expect(here((outcome as Error).message)).toBe(JSON.stringify(message))
          return
        }
        expect(JSON.parse(here(outcome))).toEqual(expected.expected_records)
        expect(here(outcome), 'byte for byte').toBe(JSON.stringify(expected.expected_records))
        if (expected.expected_warnings !== undefined) expect(here(warnings)).toBe(JSON.stringify(expected.expected_warnings))
      })
  })
}

const USER_LINE = '{"type":"user","sessionId":"s","message":{"content":"hi"}}\n'

/** All that a folder gives. */
async function readAll(root: string, options: Partial<ReadOptions> = {}) {
  const rollouts = await openRollouts({ format: 'claude_code', path: root, compat: 'data_designer', ...options })
  const results = []
  for (const ref of rollouts.units) results.push(await rollouts.read(ref))
  rollouts.close()
  const outcomes = results.flatMap(result => result.outcomes)
  const rows = outcomes.flatMap(outcome => ('row' in outcome ? outcome.row : []))
  const rejects = outcomes.flatMap(outcome => ('reject' in outcome ? outcome.reject : []))
  return {
    rows,
    rejects,
    skipped: rollouts.skipped,
    ledgers: results.map(result => result.ledger),
    keys: rollouts.units.map(ref => ref.unit.key),
  }
}

describe("openRollouts() under compat: 'data_designer'", () => {
  it('gives the sixteen documented columns, file by file in the order of their paths', async () => {
    const { rows, keys } = await readAll(
      folderOf({ 'b/x.jsonl': USER_LINE, 'a.jsonl': USER_LINE, 'B.jsonl': USER_LINE, 'b-/x.jsonl': USER_LINE }),
    )
    expect(keys).toEqual(['B.jsonl', 'a.jsonl', 'b-/x.jsonl', 'b/x.jsonl'])
    for (const row of rows) expect(Object.keys(row)).toEqual([...DOCUMENTED_COLUMNS])
  })

  it('skips a malformed file with the reason and goes on', async () => {
    const root = folderOf({
      'a.jsonl': USER_LINE,
      'b.jsonl': `${USER_LINE}{"type":"us`,
      'c.jsonl': Buffer.from([0x7b, 0xff]),
      'd.jsonl': USER_LINE,
      'e.jsonl': ' \n',
    })
    const { rows, rejects, ledgers } = await readAll(root)
    expect(rows).toHaveLength(2)
    expect(rejects).toEqual([
      {
        at: 'b.jsonl',
        reason: `Skipping malformed file b.jsonl: Invalid JSON in ${root}/b.jsonl line 2: Unterminated string starting at`,
      },
      {
        at: 'c.jsonl',
        reason: "Skipping malformed file c.jsonl: 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
      },
      { at: 'e.jsonl', reason: `Skipping empty Claude Code trace file ${root}/e.jsonl` },
    ])
    expect(ledgers.map(ledger => ledger.buckets.unparsed)).toEqual([{}, { 'malformed file': 1 }, { 'malformed file': 1 }, {}, {}])
  })

  it('names the files that match and are no sessions', async () => {
    const { skipped } = await readAll(folderOf({ 'a.jsonl': USER_LINE, 'history.jsonl': '', 'tool-results/x.jsonl': '' }))
    expect(skipped).toMatchObject([
      { path: 'history.jsonl', reason: 'Skipping unhandled claude_code file' },
      { path: 'tool-results/x.jsonl', reason: 'Skipping unhandled claude_code file' },
    ])
  })

  it('counts what the reference warns of in the ledger', async () => {
    const line = '{"type":"response_item","payload":{"type":"ghost"}}\n'
    const { rows, ledgers } = await readAll(folderOf({ 'rollout-1.jsonl': line + line }), { format: 'codex' })
    expect(rows).toHaveLength(1)
    expect(ledgers[0]!.buckets.noise).toEqual({ "Skipping unrecognized Codex response_item type 'ghost'": 2 })
  })

  it('looks for index files as deep as for logs, and lets the last in the order of paths win', async () => {
    const index = (summary: string) => JSON.stringify({ entries: [{ sessionId: 's', summary }] })
    const root = folderOf({ 'a.jsonl': USER_LINE, 'b-/sessions-index.json': index('of b-'), 'b/sessions-index.json': index('of b') })
    expect((await readAll(root)).rows[0]!.source_meta['summary']).toBe('of b-')
    expect((await readAll(root, { recursive: false })).rows[0]!.source_meta).not.toHaveProperty('summary')
  })

  it('takes an index file that is no UTF-8 for a fault of every log', async () => {
    const { rejects } = await readAll(
      folderOf({ 'a.jsonl': USER_LINE, 'b.jsonl': USER_LINE, 'sessions-index.json': Buffer.from([0x22, 0xc3]) }),
    )
    expect(rejects.map(reject => reject.reason)).toEqual([
      "Skipping malformed file a.jsonl: 'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data",
      "Skipping malformed file b.jsonl: 'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data",
    ])
  })

  it('ends where the run of the reference ends', async () => {
    await expect(readAll(folderOf({ 'a.jsonl': USER_LINE, 'sessions-index.json': '[]' }))).rejects.toThrow(
      "'list' object has no attribute 'get'",
    )
    await expect(readAll(folderOf({ 'a.jsonl': `{"n":${'1'.repeat(4301)}}` }))).rejects.toThrow('value has 4301 digits')
    await expect(readAll(folderOf({ 'a.jsonl': `{"n":${'['.repeat(2000)}` }))).rejects.toThrow(
      'maximum recursion depth exceeded while decoding a JSON array from a unicode string',
    )
  })

  it('ends with the system error where a file cannot be opened', async () => {
    const root = folderOf({ 'a.jsonl': USER_LINE })
    const rollouts = await openRollouts({ format: 'claude_code', path: root, compat: 'data_designer' })
    unlinkSync(join(root, 'a.jsonl'))
    await expect(rollouts.read(rollouts.units[0]!)).rejects.toThrow(
      `Failed to read agent rollout file ${root}/a.jsonl: [Errno 2] No such file or directory: '${root}/a.jsonl'`,
    )
    rollouts.close()
  })

  it('says in the words of the reference that there is nothing to read', async () => {
    const root = folderOf({ 'below/a.jsonl': USER_LINE, 'history.jsonl': '' })
    await expect(readAll(join(root, 'missing'))).rejects.toThrow(`Path ${root}/missing is not a directory`)
    await expect(readAll(root, { filePattern: 'x*' })).rejects.toThrow(`No files matched file_pattern 'x*' under ${root}`)
    await expect(readAll(root, { format: 'atif', recursive: false })).rejects.toThrow(
      `No files matched file_pattern '*.json' directly under ${root}`,
    )
    await expect(readAll(root, { recursive: false })).rejects.toThrow(`Seed source at ${root} did not produce any rows`)
    await expect(readAll('', { env: { HOME: root } })).rejects.toThrow(
      `No files matched file_pattern '*.jsonl' under ${root}/.claude/projects`,
    )
  })
})
