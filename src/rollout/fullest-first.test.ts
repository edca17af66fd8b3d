import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { type FormatName, formatByName } from './known-formats.ts'
import { openRollouts } from './read.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

/* Of copies of one session the fullest holds it, wherever it lies. */

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000c1'
const words = (word: string) => `${word} `.repeat(60).trim()
const ANSWERS = [words('reed'), words('heron'), words('sluice'), words('weir')]

type Files = { [path: string]: string | Uint8Array }

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, log]) => [`${folder}/${path}`, log]))

describe.each([...formatByName.keys()] as FormatName[])('a log of %s', format => {
  const { example } = formatByName.get(format)!
  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('is read where it went on (%s before, %s whole)', async (before, whole) => {
    const alone = (await readLogs(folderWith(example(ID, ANSWERS)))).rows.map(row => row.messages.length)
    const root = folderWith({ ...below(before, example(ID, ANSWERS.slice(0, 2))), ...below(whole, example(ID, ANSWERS)) })
    const { rows } = await readLogs(root)
    const untouched = rows.filter(({ message_meta }) => !message_meta.some(({ replay }) => replay === true))
    expect(untouched.map(({ messages }) => messages.length)).toEqual(alone)
  })
})

const SECONDS = ['2026-05-01T10:00:00.000Z', '2026-05-01T10:00:01.000Z', '2026-05-01T10:00:02.000Z']

/** A session of Pi whose answer took so much; `more`: records that say nothing. */
const pi = (output: number | null, more: object[] = []) =>
  jsonl([
    { type: 'session', version: 3, id: ID, timestamp: SECONDS[0], cwd: '/srv' },
    { type: 'message', id: '1', parentId: null, timestamp: SECONDS[1], message: { role: 'user', content: 'Mend it' } },
    {
      type: 'message',
      id: '2',
      parentId: '1',
      timestamp: SECONDS[2],
      message: {
        role: 'assistant',
        content: 'Mended.',
        ...(output === null ? {} : { usage: { input: 10, output, cost: { total: 0.5 } } }),
      },
    },
    ...more,
  ])

const note = { type: 'custom', id: '3', parentId: '2', timestamp: SECONDS[2], customType: 'note', data: {} }

const took = async (files: Files) => {
  const { rows } = await readLogs(folderWith(files))
  return rows.map(({ trace_id, usage }) => [trace_id, usage?.output_tokens ?? null])
}

const NAME = `2026-05-01T10-00-00-000Z_${ID}`

it.each<[string, Files, number]>([
  ['with no fewer bytes', { [`a/${NAME}.jsonl`]: pi(5), [`b/${NAME}.jsonl`]: pi(7) }, 7],
  ['with more digits', { [`a/${NAME}.jsonl`]: pi(5), [`b/${NAME}.jsonl`]: pi(412) }, 412],
  ['where the other tells nothing', { [`a/${NAME}.jsonl`]: pi(null), [`b/${NAME}.jsonl`]: pi(7) }, 7],
  ['though the other holds more that says nothing', { [`a/${NAME}.jsonl`]: pi(5, [note]), [`b/${NAME}.jsonl`]: pi(7) }, 7],
  ['in an archive', { [`a/${NAME}.jsonl`]: pi(5), [`b/${NAME}.jsonl.zst`]: zstdCompressSync(pi(7)) }, 7],
  ['beside an archive', { [`a/${NAME}.jsonl.zst`]: zstdCompressSync(pi(5)), [`b/${NAME}.jsonl`]: pi(7) }, 7],
  ['under another name', { [`a/${NAME}.jsonl`]: pi(5), [`b/${NAME} (1).jsonl`]: pi(7) }, 7],
  ['under a name that tells nothing', { 'a/log.jsonl': pi(5), 'b/log.jsonl': pi(7) }, 7],
  ['of four', { [`a/${NAME}.jsonl`]: pi(5), [`b/${NAME}.jsonl`]: pi(7), [`c/${NAME}.jsonl`]: pi(9), [`d/${NAME}.jsonl`]: pi(6) }, 9],
  ['in front of the other', { [`a/${NAME}.jsonl`]: pi(7), [`b/${NAME}.jsonl`]: pi(5) }, 7],
])('takes the copy that tells most tokens, %s', async (_, files, tokens) => {
  expect(await took(files)).toEqual([[ID, tokens]])
})

it('leaves other sessions of one file name, and copies that are equal, in the order of their paths', async () => {
  const other = (id: string, output: number) => pi(output).replaceAll(ID, id)
  const { rows, units } = await readLogs(
    folderWith({
      'c/log.jsonl': other('k1', 5),
      'a/log.jsonl': other('k2', 9),
      'b/log.jsonl': other('k3', 7),
      'd/log.jsonl': other('k2', 9),
    }),
  )
  expect(rows.map(row => row.trace_id)).toEqual(['k2', 'k3', 'k1'])
  expect(units.map(({ ledger }) => ledger.key)).toEqual(['a/log.jsonl', 'b/log.jsonl', 'c/log.jsonl', 'd/log.jsonl'])
})

it('reads each log once more where they differ, and none where they go on from each other', async () => {
  const opened = async (logs: readonly string[]) => {
    const path = folderWith(Object.fromEntries(logs.map((log, i) => [`${i}/${NAME}.jsonl`, log])))
    await using rollouts = await openRollouts({ format: 'pi_coding_agent', path })
    return rollouts.units[0]!.source.counts.bytes
  }
  const found = await opened([pi(5)])
  const bytesFor = async (logs: readonly string[]) => (await opened(logs)) - logs.length * found
  const differing = (count: number) => Array.from({ length: count }, (_, i) => pi(100 + ((i * 7) % 10)))
  expect(await bytesFor(differing(8))).toBeLessThan(2.5 * (await bytesFor(differing(4))))
  expect(await bytesFor([pi(5), pi(5, [note]), pi(5, [note, note])])).toBeLessThanOrEqual(2 * 2 * pi(5, [note, note]).length)
})

describe.each(['claude_code', 'codex'] as const)('logs of %s below folders of one name', format => {
  const OTHER = '01b00000-0000-7000-8000-0000000000d2'
  /** In a folder that other logs have too, under a name that tells nothing. */
  const at = (top: string, id: string, answers: readonly string[]): Files => ({
    [`${top}/9f2c61ab0d8e4f77/log.jsonl`]: Object.values(formatByName.get(format)!.example(id, answers))[0]!,
  })
  const bytesRead = async (files: Files) => {
    await using rollouts = await openRollouts({ format, path: folderWith(files) })
    return rollouts.units[0]!.source.counts.bytes
  }

  it('are not read through where they name two sessions, as they are where they name one', async () => {
    const long = Array.from({ length: 600 }, (_, i) => `${words('sedge')} ${i}`)
    const size = Object.values(at('a', ID, long))[0]!.length
    const ofTwo = await bytesRead({ ...at('a', ID, long), ...at('b', OTHER, long) })
    const ofOne = await bytesRead({ ...at('a', ID, [...long, 'a']), ...at('b', ID, [...long, 'b']) })
    expect(ofTwo).toBeLessThan(size)
    expect(ofOne).toBeGreaterThan(2 * size)
  })

  it('are two rows', async () => {
    const { rows } = await readLogs(folderWith({ ...at('a', ID, ANSWERS), ...at('b', OTHER, ANSWERS.slice(1)) }), { format })
    expect(rows.map(row => row.trace_id).toSorted()).toEqual([ID, OTHER])
  })
})
