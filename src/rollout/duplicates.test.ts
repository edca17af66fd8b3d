import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from './conversation/blocks.ts'
import { type FormatName, formatByName } from './known-formats.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

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
