import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { admitUnit, Claims } from './claim-rows.ts'
import { textOf } from './conversation/blocks.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { UnitRef } from './find.ts'
import { DEFAULT_PARSE_OPTIONS } from './format.ts'
import { type FormatName, formatByName } from './known-formats.ts'
import { bucketSum } from './log/ledger.ts'
import { openRollouts, readUnit } from './read.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

/*
 * People have one log in many places: a backup, a folder that was renamed, an archive, a copy from before the session went on. Whatever
 * lies beside whatever, each answer is trained on once.
 */

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000c1'
const words = (word: string) => `${word} `.repeat(60).trim()
const ANSWERS = [words('reed'), words('heron'), words('sluice'), words('weir')]

type Files = { [path: string]: string | Uint8Array }

const named = (files: Files, name: (path: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, log]) => [name(path), log]))
const packed = (files: Files, pack: (log: string) => Uint8Array, ending: string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, log]) => [`${path}${ending}`, pack(String(log))]))

/** The same session as it was before its last answers. */
const earlier = (format: FormatName): Files => formatByName.get(format)!.example(ID, ANSWERS.slice(0, 2))

const COPIES: [string, (whole: Files, before: Files) => Files][] = [
  ['in two folders', whole => ({ ...named(whole, path => `a/${path}`), ...named(whole, path => `b/deep/er/${path}`) })],
  [
    'behind a copy from before it went on',
    (whole, before) => ({ ...named(before, path => `a/${path}`), ...named(whole, path => `b/${path}`) }),
  ],
  [
    'in front of a copy from before it went on',
    (whole, before) => ({ ...named(whole, path => `a/${path}`), ...named(before, path => `b/${path}`) }),
  ],
  [
    'beside its own archives',
    whole => ({
      ...whole,
      ...packed(
        named(whole, path => `kept/${path}`),
        gzipSync,
        '.gz',
      ),
      ...packed(
        named(whole, path => `old/${path}`),
        zstdCompressSync,
        '.zst',
      ),
    }),
  ],
  [
    'in four places, one of them torn',
    (whole, before) => ({
      ...named(whole, path => `d/${path}`),
      ...named(before, path => `a/${path}`),
      ...named(whole, path => `c/x/${path}`),
      ...named(
        Object.fromEntries(Object.entries(whole).map(([path, log]) => [path, String(log).slice(0, Math.floor(String(log).length * 0.8))])),
        path => `b/${path}`,
      ),
    }),
  ],
]

describe.each([...formatByName.keys()] as FormatName[])('a log of %s', format => {
  it.each(COPIES)('%s is trained on once', async (_, copies) => {
    const root = folderWith(copies(formatByName.get(format)!.example(ID, ANSWERS), earlier(format)))
    const { rows } = await readLogs(root)
    const trained = rows.flatMap(({ messages, message_meta }) =>
      messages.filter((_, i) => message_meta[i]!.train).map(({ content }) => textOf(content)),
    )
    for (const answer of ANSWERS) expect(trained.filter(text => text.includes(answer)).length, answer.slice(0, 6)).toBe(1)
  })
})

/* Logs that hold neither ids nor times, of which nobody can tell whose their words are but by what else is the same. */

const plain = (count: number) =>
  ANSWERS.slice(0, count).flatMap((_, i) => [
    { role: 'user', content: `Question ${i}` },
    { role: 'assistant', content: `Short answer ${i}, of a few words that are no proof of anything by themselves.` },
  ])
const trajectory = {
  conversations: [
    { from: 'human', value: 'Mend it' },
    { from: 'gpt', value: '<think>\n</think>\nMended.' },
  ],
}
const cursor = (count: number) =>
  plain(count).map(({ role, content }) => ({ role, message: { content: [{ type: 'text', text: content }] } }))
const CURSOR = `projects/boat/agent-transcripts/${ID}/${ID}.jsonl`

const trainedIn = async (files: Files): Promise<[rows: number, trained: number]> => {
  const { rows, units } = await readLogs(folderWith(files))
  for (const { ledger } of units) expect(bucketSum(ledger.buckets)).toBe(ledger.records)
  return [rows.length, rows.flatMap(({ message_meta }) => message_meta.filter(({ train }) => train)).length]
}

it.each<[string, Files, [number, number]]>([
  ['of messages in two folders', { 'a/talk.jsonl': jsonl(plain(2)), 'b/talk.jsonl': jsonl(plain(2)) }, [1, 2]],
  ['of messages at the root and in a folder', { 'talk.jsonl': jsonl(plain(2)), 'b/talk.jsonl': jsonl(plain(2)) }, [1, 2]],
  ['of trajectories in two folders', { 'a/t.jsonl': jsonl([trajectory]), 'b/t.jsonl': jsonl([trajectory]) }, [1, 1]],
  ['of messages, the one as far as it had come', { 'a/talk.jsonl': jsonl(plain(4)), 'b/talk.jsonl': jsonl(plain(4).slice(0, 7)) }, [1, 4]],
  ['of a transcript as far as it had come', { [`a/${CURSOR}`]: jsonl(cursor(2)), [`b/${CURSOR}`]: jsonl(cursor(3)) }, [1, 3]],
  [
    'of a transcript that went on in two ways',
    { [`a/${CURSOR}`]: jsonl(cursor(3)), [`b/${CURSOR}`]: jsonl([...cursor(2), ...cursor(4).slice(6)]) },
    [2, 4],
  ],
])('copies %s are one session', async (_, files, expected) => {
  expect(await trainedIn(files)).toEqual(expected)
})

it.each<[string, Files]>([
  ['of other names', { 'a/talk.jsonl': jsonl(plain(1)), 'b/other.jsonl': jsonl(plain(1)) }],
  ['of one name with other words', { 'a/talk.jsonl': jsonl(plain(1)), 'b/talk.jsonl': jsonl(plain(2).slice(2)) }],
  ['of one name that begin with the same few words', { 'a/talk.jsonl': jsonl(plain(1)), 'b/talk.jsonl': jsonl(plain(2).slice(0, 3)) }],
])('short talks %s are two', async (_, files) => {
  expect((await trainedIn(files))[0]).toBe(2)
})

it('a child of a copy that gives no row is linked to the row that it is a copy of', async () => {
  const talk = jsonl(plain(2))
  const files = { 'a/talk.jsonl': talk, 'b/talk.jsonl': talk }
  const claims = new Claims()
  await using rollouts = await openRollouts({ format: 'chat_rows', path: folderWith(files) })
  const [first, second] = rollouts.units
  const rows = async (ref: UnitRef, change: Partial<RolloutRow> = {}) => {
    const result = await readUnit(ref, DEFAULT_PARSE_OPTIONS, false)
    const outcomes = result.outcomes.map(outcome => ('row' in outcome ? { row: { ...outcome.row, ...change } } : outcome))
    return admitUnit(claims, { ...result, outcomes }, ref.unit).outcomes
  }
  await rows(first!)
  expect(await rows(second!)).toEqual([{ reject: { at: 'b/talk.jsonl', reason: 'The same session as in a/talk.jsonl', skipped: true } }])
  const [child] = await rows(second!, { trace_id: 'child', parent_trace_id: 'b/talk' })
  expect(child).toMatchObject({ row: { trace_id: 'child', parent_trace_id: 'a/talk' } })
})
