import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isObject, type Json } from '../json/json.ts'
import { textOf } from './conversation/blocks.ts'
import { type FormatName, formatByName } from './known-formats.ts'
import { expectAccounted } from './testing/expect-accounted.ts'
import { copyOf, folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

/*
 * A log is the same session where a line feed is missing, a byte order mark stands in front of its files, a text is a list of texts, or a
 * list of one text a text: all of it has been seen in logs of one agent or another, and an editor or the next version may do it to any.
 */

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000c1'
const ANSWERS = ['Mended.', 'And flown.', 'Landed.']

type Files = { [path: string]: string | Uint8Array }

const told = async (files: Files) => {
  const reading = await readLogs(folderWith(files))
  expectAccounted(reading)
  return reading.rows.map(({ trace_id, source_kind, messages, usage }) => ({ trace_id, source_kind, messages, usage }))
}

const changed = (files: Files, change: (log: string, path: string) => string): Files =>
  Object.fromEntries(Object.entries(files).map(([path, log]) => [path, typeof log === 'string' ? change(log, path) : log]))

const ofLines = (change: (lines: string[]) => string[]) => (log: string, path: string) =>
  path.endsWith('.jsonl') ? `${change(log.trimEnd().split('\n')).join('\n')}\n` : log

/** A log with what stands under `content` in its records written otherwise. */
const withContents = (change: (content: Json) => Json) => (log: string, path: string) => {
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === 'content' ? change(inner) : walk(inner)]))
  }
  const again = (text: string) => JSON.stringify(walk(JSON.parse(text)))
  if (path.endsWith('.json')) return again(log)
  return path.endsWith('.jsonl') ? ofLines(lines => lines.map(again))(log, path) : log
}

const CHANGES: [string, (log: string, path: string) => string][] = [
  ['with a byte order mark', log => `\uFEFF${log}`],
  ['whose first two records stand on one line', ofLines(([first = '', second = '', ...rest]) => [first + second, ...rest])],
  ['whose records stand two on a line', ofLines(lines => lines.flatMap((line, i) => (i % 2 === 0 ? [line + (lines[i + 1] ?? '')] : [])))],
  [
    'whose texts are lists of texts',
    withContents(content => (typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : content)),
  ],
  [
    'whose lists of one text are texts',
    withContents(content => {
      const [only, ...others] = Array.isArray(content) ? content : []
      const isText = isObject(only) && only['type'] === 'text' && typeof only['text'] === 'string' && others.length === 0
      return isText ? only['text']! : content
    }),
  ],
]

describe.each([...formatByName.keys()] as FormatName[])('a log of %s', format => {
  const { example } = formatByName.get(format)!
  it.each(CHANGES)('%s is the same session', async (_, change) => {
    const files = example(ID, ANSWERS)
    expect(await told(changed(files, change))).toEqual(await told(files))
  })
})

describe('logs of every format', () => {
  const formats = join(import.meta.dirname, 'formats')
  const cases = [...formatByName.keys()].flatMap(name => {
    const fixtures = join(formats, name.replaceAll('_', '-'), 'fixtures')
    return readdirSync(fixtures).map((fixture): [string, string] => [`${name} ${fixture}`, join(fixtures, fixture, 'logs')])
  })

  it.each(cases)('are the same sessions with a byte order mark in front of each file: %s', async (_, logs) => {
    const said = async (path: string) =>
      (await readLogs(path)).rows.map(({ trace_id, messages, usage, outcome }) => ({ trace_id, messages, usage, outcome }))
    const marked = copyOf(logs)
    for (const path of readdirSync(marked, { recursive: true, encoding: 'utf8' }))
      if (/\.(?:jsonl?|md|traj)$/.test(path) && statSync(join(marked, path)).isFile())
        writeFileSync(join(marked, path), Buffer.concat([Buffer.from('\uFEFF'), readFileSync(join(marked, path))]))
    expect(await said(marked)).toEqual(await said(logs))
  })
})

it('reads instructions of Kimi CLI that are a list of texts', async () => {
  const context = [
    { role: '_system_prompt', content: [{ type: 'text', text: 'You mend kites.' }] },
    { role: 'user', content: 'Mend it' },
    { role: 'assistant', content: 'Mended.' },
  ]
  const { rows } = await readLogs(folderWith({ 'sessions/73d3cf4d1cf337adf57d6732b8be2205/uuid-a1/context.jsonl': jsonl(context) }))
  expect(rows[0]!.messages.map(({ role, content }) => [role, textOf(content)])).toEqual([
    ['system', 'You mend kites.'],
    ['user', 'Mend it'],
    ['assistant', 'Mended.'],
  ])
})

it('reads messages of Goose that tell no time', async () => {
  const lines = [
    { working_dir: '/srv', description: 'Kites', message_count: 2, total_tokens: 5 },
    { role: 'user', created: null, content: [{ type: 'text', text: 'Mend it' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Mended.' }] },
  ]
  const { rows } = await readLogs(folderWith({ '20260501_100000.jsonl': jsonl(lines) }))
  expect(rows[0]!.messages.map(({ content }) => textOf(content))).toEqual(['Mend it', 'Mended.'])
})
