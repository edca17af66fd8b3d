import { appendFileSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Outcome } from '../row.ts'
import type { RolloutRow } from './conversation/row.ts'
import { findUnits } from './find.ts'
import { DEFAULT_PARSE_OPTIONS, type ParseOptions } from './format.ts'
import { type FormatName, formatByName } from './known-formats.ts'
import type { LedgerSummary } from './log/ledger.ts'
import type { States } from './log/resume.ts'
import { passUnit } from './read.ts'
import { KeptStates } from './testing/kept-states.ts'
import { copyOf, folderWith, removeFolders } from './testing/read-logs.ts'

/** Formats whose logs are appended to, and that go on from where the last reading ended. */
const FORMATS = [...formatByName.values()].filter(({ goesOn }) => goesOn).map(({ name }) => name as FormatName)

/** What is read of a file's ends to tell it by, when a state is taken up and when one is left. */
const GUARD_BYTES = 4 << 16

const RUNS = 60

afterAll(removeFolders)

type Reading = { outcomes: Outcome<RolloutRow>[]; ledger: LedgerSummary; files: string[]; bytes: number }

/** Read one log of a folder; null where its format does not take it for one. */
async function read(root: string, format: FormatName, path: string, states: States | null, options: Partial<ParseOptions> = {}) {
  const { units, sources } = await findUnits({ format, path: root })
  try {
    const ref = units.find(({ unit }) => unit.key === path)
    if (ref === undefined) return null
    const outcomes: Outcome<RolloutRow>[] = []
    const before = ref.source.counts.bytes
    const take = (outcome: Outcome<RolloutRow>) => void outcomes.push(outcome)
    const { value, touched } = ref.source.watch(() => passUnit(ref, { ...DEFAULT_PARSE_OPTIONS, ...options }, false, take, states))
    const { ledger } = await value
    return { outcomes, ledger, files: [...touched.read].sort(), bytes: ref.source.counts.bytes - before } satisfies Reading
  } finally {
    for (const source of sources) source[Symbol.dispose]()
  }
}

/** Expect that a log gives the same with what was left of it as without. */
async function expectSame(
  root: string,
  format: FormatName,
  path: string,
  states: States,
  options: Partial<ParseOptions> = {},
): Promise<void> {
  const [resumed, whole] = [await read(root, format, path, states, options), await read(root, format, path, null, options)]
  if (resumed === null || whole === null) return expect(resumed).toBe(whole)
  const { bytes: _, ...rest } = whole
  expect(resumed).toStrictEqual({ ...rest, bytes: resumed.bytes })
}

const fixturesOf = (format: FormatName) => join(import.meta.dirname, 'formats', format.replaceAll('_', '-'), 'fixtures')

/** Every log file in the fixtures of a format. */
function fixtureLogs(format: FormatName): { root: string; path: string }[] {
  return readdirSync(fixturesOf(format)).flatMap(name => {
    const root = join(fixturesOf(format), name, 'logs')
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
    return paths.filter(path => statSync(join(root, path)).isFile() && /\.jsonl|pi\.txt$/.test(path)).map(path => ({ root, path }))
  })
}

it.each([...formatByName.values()])('$name leaves a state of its example where its logs are appended to', async format => {
  const files = format.example(SESSION, ['Mended.'])
  const kept = new KeptStates()
  await read(folderWith(files), format.name as FormatName, Object.keys(files)[0]!, kept)
  expect(kept.files.size > 0).toBe(format.goesOn === true)
})

for (const format of FORMATS)
  describe(format, () => {
    it('gives the same when a log is read as it grows, wherever it was cut', async () => {
      const logs = fixtureLogs(format)
      const states = { left: 0, loaded: 0 }
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...logs),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
          fc.constantFrom<Partial<ParseOptions>>({}, { branches: 'all' }, { context: 'as_sent' }),
          async ({ root, path }, cuts, options) => {
            const folder = copyOf(root)
            const file = join(folder, path)
            const content = readFileSync(file)
            const kept = new KeptStates()
            writeFileSync(file, '')
            let from = 0
            for (const end of [...cuts.map(cut => Math.floor(cut * content.length)).sort((a, b) => a - b), content.length]) {
              appendFileSync(file, content.subarray(from, end))
              from = end
              await expectSame(folder, format, path, kept, options)
            }
            states.left += kept.files.size
            states.loaded += kept.loads
          },
        ),
        { seed: 20261128, numRuns: RUNS },
      )
      expect(states.left).toBeGreaterThan(RUNS / 2)
      expect(states.loaded).toBeGreaterThan(RUNS / 2)
    }, 60_000)

    it('reads only what is new, and the ends of what is not', async () => {
      const { path, first, next } = longLog(format)
      const folder = folderWith({ [path]: first })
      const states = new KeptStates()
      await read(folder, format, path, states)
      const size = statSync(join(folder, path)).size
      for (const text of [next(1), `${next(2)}{"type":`, next(3).slice('{"type":'.length)]) {
        appendFileSync(join(folder, path), text)
        const before = states.loads
        const reading = (await read(folder, format, path, states))!
        expect(states.loads).toBe(before + 1)
        // The ends of a file are also looked at to tell whose it is.
        expect(reading.bytes).toBeLessThan(GUARD_BYTES + 3 * text.length + (1 << 16))
        expect(reading.bytes).toBeLessThan(size / 3)
        await expectSame(folder, format, path, states)
      }
      expect((await read(folder, format, path, null))!.bytes).toBeGreaterThan(size)
    })

    it('reads a log from its start when it is another one, or another version left the state', async () => {
      const { path, first, next } = longLog(format)
      const changes: { [name: string]: (file: string) => void } = {
        'its start was replaced': file => overwrite(file, 10, '0'),
        'what stands before the end was replaced': file => overwrite(file, statSync(file).size - 40_000, '~'),
        'it is shorter': file => writeFileSync(file, first.slice(0, first.lastIndexOf('\n', first.length / 2) + 1)),
        'it is another file of the same bytes': file => {
          writeFileSync(`${file}.new`, readFileSync(file))
          renameSync(`${file}.new`, file)
        },
      }
      for (const [what, change] of Object.entries(changes)) {
        const folder = folderWith({ [path]: first })
        const states = new KeptStates()
        await read(folder, format, path, states)
        change(join(folder, path))
        appendFileSync(join(folder, path), next(1))
        await expectSame(folder, format, path, states)
        expect(states.loads, what).toBe(0)
        await expectSame(folder, format, path, states)
        expect(states.loads, `${what}, and a state was left anew`).toBe(1)
      }
    })
  })

/** Change bytes of a file in their place. */
function overwrite(file: string, at: number, text: string): void {
  const bytes = readFileSync(file)
  bytes.write(text, at)
  writeFileSync(file, bytes)
}

it('leaves no state of a log that was written while it was read', async () => {
  const { path, first, next } = longLog('claude_code')
  const folder = folderWith({ [path]: first })
  const kept = new KeptStates()
  const writing: States = {
    load: () => null,
    isWanted: () => {
      appendFileSync(join(folder, path), next(1))
      return true
    },
    save: (file, pieces) => kept.save(file, pieces),
  }
  await read(folder, 'claude_code', path, writing)
  expect(kept.files.size).toBe(0)
  await read(folder, 'claude_code', path, kept)
  expect(kept.files.size).toBe(1)
})

it('does not go on from a state that is damaged, or that other code left', async () => {
  const { path, first } = longLog('claude_code')
  const folder = folderWith({ [path]: first })
  const states = new KeptStates()
  await read(folder, 'claude_code', path, states)
  const state = states.files.get(path)!
  const damages: [string, Buffer][] = [
    ['cut', state.subarray(0, state.length / 2)],
    ['flipped', Buffer.from(state.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)))],
    ['of another version', Buffer.from(state.toString('latin1').replace(/claude_code \d+/, 'claude_code 0'), 'latin1')],
    ['empty', Buffer.alloc(0)],
  ]
  for (const [what, bytes] of damages) {
    states.files.set(path, bytes)
    await expectSame(folder, 'claude_code', path, states)
    expect(states.loads, what).toBe(0)
  }
})

it('judges a long compaction without an end again when it has one', async () => {
  const { path, first } = longLog('codex')
  const record = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'w'.repeat(3 << 20) }] }
  const compacted = JSON.stringify({
    timestamp: '2026-01-02T00:00:00Z',
    type: 'compacted',
    payload: { message: 'So far: the lamp was lit.', replacement_history: [record] },
  })
  const folder = folderWith({ [path]: first + compacted.slice(0, 2 << 20) })
  const states = new KeptStates()
  await expectSame(folder, 'codex', path, states)
  appendFileSync(join(folder, path), `${compacted.slice(2 << 20)}\n`)
  await expectSame(folder, 'codex', path, states)
  expect(states.loads).toBe(1)
  appendFileSync(join(folder, path), `${compacted}\n`)
  await expectSame(folder, 'codex', path, states, { context: 'as_sent' })
  expect(states.loads).toBe(2)
})

/** A log many times as long as what is read of its ends, and records that may follow. */
function longLog(name: FormatName): LongLog {
  const made = longLogs.get(name)
  if (made !== undefined) return made
  const words = 'The tide is out, and the boat lies on the sand. Ω '.repeat(20)
  const turns = Array.from({ length: LONG_TURNS + 4 }, (_, i) => `${i} ${words}`)
  const log = (length: number) => Object.entries(formatByName.get(name)!.example(SESSION, turns.slice(0, length)))[0]!
  const [path, first] = log(LONG_TURNS)
  const long = { path, first, next: (number: number) => log(LONG_TURNS + number)[1].slice(log(LONG_TURNS + number - 1)[1].length) }
  longLogs.set(name, long)
  return long
}

type LongLog = { path: string; first: string; next(number: number): string }
const longLogs = new Map<FormatName, LongLog>()
const LONG_TURNS = 1000

const SESSION = '00000000-0000-4000-8000-00000000000a'
