import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { writeJson } from '../json/exact.ts'
import { brokenInvariants } from './conversation/invariants.ts'
import { DOCUMENTED_COLUMNS, ROLLOUT_COLUMNS, type RolloutRow } from './conversation/row.ts'
import { sniffFormat } from './find.ts'
import type { Gives } from './format.ts'
import * as formats from './formats.ts'
import { bucketSum } from './log/ledger.ts'
import { Source } from './log/source.ts'
import { openRollouts, type ReadOptions } from './read.ts'
import { folderWith, removeFolders } from './testing/read-logs.ts'

const here = join(import.meta.dirname, 'formats')
const folderOf = (name: string) => join(here, name.replaceAll('_', '-'))

/** Everything a folder of logs gives, with the folder's own path taken out. */
async function readAll(root: string, format: string, options: Partial<ReadOptions> = {}) {
  const rollouts = await openRollouts({ format: format as 'auto', path: root, ...options })
  try {
    const results = []
    for (const ref of rollouts.units) results.push(await rollouts.read(ref))
    const text = writeJson({ skipped: rollouts.skipped, units: results.map(({ outcomes, ledger }) => ({ ledger, outcomes })) }, 2)
    return { results, text: `${text.replaceAll(root, '<root>')}\n` }
  } finally {
    rollouts.close()
  }
}

const copies: string[] = []
function copyOf(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-contract-'))
  copies.push(folder)
  cpSync(root, folder, { recursive: true })
  return folder
}
afterAll(() => {
  removeFolders()
  for (const folder of copies) rmSync(folder, { recursive: true, force: true })
})

/** How the first record of a log may grow: a key in front of all others or behind them, of one text, of many values, or of escapes. */
function lengthenings(path: string, content: string): [string, (length: number) => string][] {
  const [first, ...rest] = /\.json(\.zst)?$/.test(path) ? [content] : content.split('\n')
  const values: [string, (length: number) => string][] = [
    ['of text', length => JSON.stringify('reed '.repeat(length / 5))],
    ['of escapes', length => JSON.stringify('"\\\n{'.repeat(length / 8))],
    ['of values', length => JSON.stringify(Array.from({ length: length / 40 }, (_, n) => ({ name: `tool ${n}`, parameters: { n: [n] } })))],
  ]
  return values.flatMap(([what, value]): [string, (length: number) => string][] => [
    [`${what} in front`, length => [first!.replace('{', () => `{"aa_new_key":${value(length)},`), ...rest].join('\n')],
    [
      `${what} behind`,
      length => [first!.replace(/\}(\s*\]?\s*)$/, (_, end) => `,"zz_new_key":${value(length)}}${end}`), ...rest].join('\n'),
    ],
  ])
}

/** What a format gives that its own tests show, with logs made for them, and not its fixtures. */
const SHOWN_ELSEWHERE = new Map<string, readonly string[]>([
  ['atif', ['interrupted']],
  ['claude_code', ['continuation', 'full', 'interrupted']],
  ['codex', ['full', 'interrupted']],
  ['hermes_agent', ['reset', 'summary', 'redacted', 'failed']],
  ['pi_coding_agent', ['reset', 'full', 'summary', 'encrypted']],
])

/** Each thing a format gives, as a word. */
function claimsOf({ lineage, usage, tools, reasoning, images, outcome }: Gives): string[] {
  return [...lineage, `usage of ${usage}`, ...(tools ? ['tools'] : []), ...reasoning, ...(images ? ['images'] : []), ...outcome]
}

/** What rows show of what a format gives. That one session is another's copy is told by comparing them, whatever their format. */
function shownBy(rows: readonly RolloutRow[]): Gives {
  const told = <T extends string>(values: readonly (T | null)[], except: string) =>
    [...new Set(values.filter((value): value is T => value !== null && value !== except))].sort()
  return {
    lineage: told(
      rows.map(({ relation }) => relation),
      'copy',
    ),
    usage: rows.some(row => row.message_meta.some(({ usage }) => usage !== undefined))
      ? 'response'
      : rows.some(({ usage }) => usage !== null)
        ? 'session'
        : 'none',
    tools: rows.some(({ tools }) => tools.schemas.length > 0),
    reasoning: told(
      rows.map(({ fidelity }) => fidelity.reasoning),
      'none',
    ) as Gives['reasoning'],
    images: rows.some(row => row.messages.some(({ content }) => content.some(({ type }) => type === 'image_url'))),
    outcome: told(
      rows.map(({ outcome }) => outcome.status),
      'unknown',
    ) as Gives['outcome'],
  }
}

/** The end of a record that a compaction replaced. */
const REPLACED = ['metadata', 'before the last compaction']

// The contract. Every format in the registry is held to it; a format adds fixtures, not tests.
for (const format of Object.values(formats)) {
  const fixtures = join(folderOf(format.name), 'fixtures')

  describe(format.name, () => {
    it('has a README that names files, evidence, ids, lineage and gaps', () => {
      const readme = readFileSync(join(folderOf(format.name), 'README.md'), 'utf8')
      for (const field of ['Files', 'Evidence', 'Row id', 'Lineage', 'Known gaps']) expect(readme).toContain(`**${field}:**`)
    })

    it('has fixtures', () => {
      expect(readdirSync(fixtures).length).toBeGreaterThan(0)
    })

    it('gives what it says it gives', async () => {
      const rows: RolloutRow[] = []
      for (const name of readdirSync(fixtures)) {
        const { results } = await readAll(join(fixtures, name, 'logs'), format.name, { branches: 'all' })
        rows.push(...results.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : []))))
      }
      const [claimed, shown] = [claimsOf(format.gives), claimsOf(shownBy(rows))]
      expect(claimed).toEqual(expect.arrayContaining(shown))
      const unshown = claimed.filter(claim => !shown.includes(claim))
      expect(unshown).toEqual(SHOWN_ELSEWHERE.get(format.name) ?? [])
    })

    it('counts what a compaction replaced as metadata, as sent', async () => {
      for (const name of readdirSync(fixtures)) {
        const root = join(fixtures, name, 'logs')
        const recorded = await readAll(root, format.name)
        const sent = await readAll(root, format.name, { context: 'as_sent', trace: true })
        sent.results.forEach(({ ledger, fates }, i) => {
          expect(ledger.buckets.abandoned, ledger.key).toBe(recorded.results[i]!.ledger.buckets.abandoned)
          for (const { bucket, reason } of fates) if (reason?.includes('compaction')) expect([bucket, reason]).toEqual(REPLACED)
        })
      }
    })

    for (const name of existsSync(fixtures) ? readdirSync(fixtures) : []) {
      const root = join(fixtures, name, 'logs')

      it(`${name}: gives the expected rows, rejects and ledgers`, async () => {
        const { text } = await readAll(root, format.name)
        await expect(text).toMatchFileSnapshot(join(fixtures, name, 'expected.json'))
      })

      it(`${name}: keeps the invariants, with all branches and as sent too`, async () => {
        for (const options of [{}, { branches: 'all' }, { context: 'as_sent' }, { branches: 'all', context: 'as_sent' }] as const) {
          const { results } = await readAll(root, format.name, options)
          const ids = new Set<string>()
          for (const { outcomes, ledger } of results) {
            expect(bucketSum(ledger.buckets), `ledger of ${ledger.key}`).toBe(ledger.records)
            if (ledger.rows.length > 0) expect(ledger.bytes, `bytes of ${ledger.key}`).toBeGreaterThan(0)
            expect(Object.keys(ledger.buckets.unparsed), ledger.key).not.toContain('not accounted for')
            for (const outcome of outcomes) {
              if (!('row' in outcome)) continue
              expect(brokenInvariants(outcome.row), `${outcome.row.trace_id} ${JSON.stringify(options)}`).toEqual([])
              expect(Object.keys(outcome.row)).toEqual([...ROLLOUT_COLUMNS])
              expect(ids, 'trace_id is unique').not.toContain(outcome.row.trace_id)
              ids.add(outcome.row.trace_id)
            }
          }
        }
      })

      it(`${name}: gives the same rows twice, and under another root`, async () => {
        const first = await readAll(root, format.name)
        expect((await readAll(root, format.name)).text).toBe(first.text)
        expect((await readAll(copyOf(root), format.name)).text).toBe(first.text)
      })

      it(`${name}: is recognised however long its first record is, wherever in it the length lies`, async () => {
        const known: string[] = []
        const source = new Source(root)
        for (const path of source.list({ patterns: format.patterns, recursive: true }))
          if ((await sniffFormat(source, path))?.name === format.name) known.push(path)
        for (const path of known.slice(0, 1)) {
          const content = (await source.text(path))!
          if (!/^\s*[[{]/.test(content) || content.includes('\0')) continue
          for (const [where, lengthened] of lengthenings(path, content))
            for (const length of where === 'of text in front' ? [17_000, 300_000, 5_000_000] : [17_000, 300_000]) {
              const folder = folderWith({ [path]: path.endsWith('.zst') ? zstdCompressSync(lengthened(length)) : lengthened(length) })
              expect((await sniffFormat(new Source(folder), path))?.name, `${path}: ${length} ${where}`).toBe(format.name)
            }
        }
      })

      it(`${name}: is recognised by its content alone`, async () => {
        const { results } = await readAll(root, format.name)
        const automatic = await readAll(root, 'auto')
        const ids = (units: typeof results) =>
          units.flatMap(({ outcomes }) => outcomes.flatMap(o => ('row' in o ? `${o.row.source_kind} ${o.row.trace_id}` : []))).sort()
        expect(ids(automatic.results)).toEqual(ids(results))
      })
    }
  })
}

it('every folder with fixtures is registered under its own name', () => {
  const folders = readdirSync(here, { withFileTypes: true }).filter(
    entry => entry.isDirectory() && existsSync(join(here, entry.name, 'index.ts')),
  )
  const names = Object.values(formats).map(format => format.name.replaceAll('_', '-'))
  expect(folders.map(entry => entry.name).sort()).toEqual(names.sort())
})

it('the documented columns come first', () => {
  expect(ROLLOUT_COLUMNS.slice(0, DOCUMENTED_COLUMNS.length)).toEqual([...DOCUMENTED_COLUMNS])
})
