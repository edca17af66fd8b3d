import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { exportDataset } from '../export/export.ts'

const base = mkdtempSync(join(tmpdir(), 'contamination-'))
afterAll(() => rmSync(base, { recursive: true }))

const ITEM = [
  'Write a function that takes a list of beds,',
  'and gives back those whose roses want water',
  'before noon, sorted by how dry the soil is;',
  'the café in the corner counts twice.',
]
const OTHER = 'Ein Beet am Rand wird täglich gegossen, außer wenn es über Nacht geregnet hat oder der Boden noch feucht ist.'
const HAN = '请写一个函数接受花坛列表并返回中午之前需要浇水的玫瑰'

const answer = (content: string, args: object = {}) => ({
  role: 'assistant',
  content,
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'write', arguments: JSON.stringify(args) } }],
})
const withMessages = (...messages: object[]): Row =>
  ({
    trace_id: 'a',
    messages: [{ role: 'user', content: 'Go on.' }, ...messages, { role: 'assistant', content: 'Done.' }],
  }) as unknown as Row
const result = (content: string) => withMessages(answer(''), { role: 'tool', tool_call_id: 'c', content })

it.each<[what: string, row: Row]>([
  ['in an answer', withMessages(answer(ITEM.join(' ')))],
  ['in another case, with other marks', withMessages(answer(ITEM.join(' — ').toUpperCase().replaceAll(',', '')))],
  ['in lines of an argument', withMessages(answer('', { content: ITEM.map(line => `\t${line}`).join('\n') }))],
  ['deep in an argument', withMessages(answer('', { edits: [{ old: 'x', new: { text: ITEM.join('\r\n') } }] }))],
  ['under a key', withMessages(answer('', { list: ['other', ITEM.join('\n')] }))],
  ['in a result as JSON', result(JSON.stringify({ content: ITEM.join('\n\t') }))],
  ['in a result as JSON within JSON', result(JSON.stringify({ body: JSON.stringify({ text: ITEM.join('\n') }) }))],
  ['in JSON that escapes letters', result(JSON.stringify({ t: ITEM.join('\n') }).replaceAll('é', '\\u00e9'))],
  ['with numbers of lines, as cat -n has them', result(ITEM.map((line, i) => `     ${i + 9}\t${line}`).join('\n'))],
  ['with numbers of lines and arrows', result(ITEM.map((line, i) => `${String(i + 1).padStart(6)}→${line}`).join('\n'))],
  ['as a search shows it', result(ITEM.map((line, i) => `${i + 40}:${line}`).join('\n'))],
  ['within a diff', result(ITEM.map(line => `+${line}`).join('\n'))],
  ['with letters put together', withMessages(answer(ITEM.join(' ').normalize('NFD')))],
  ['in reasoning', withMessages({ ...answer(''), reasoning_content: ITEM.join('\n') })],
  ['in another language', withMessages(answer(OTHER.replace(/\s/g, '\n')))],
  ['in a script that sets no spaces', withMessages(answer(`好的：${HAN}。`))],
  [
    'in the chosen answer of a pair',
    {
      ...withMessages(),
      messages: [{ role: 'user', content: 'Go.' }],
      chosen: [answer(ITEM.join('\n'))],
      rejected: [answer('No.')],
    } as unknown as Row,
  ],
  [
    'in the rejected answer of a pair',
    {
      ...withMessages(),
      messages: [{ role: 'user', content: 'Go.' }],
      chosen: [answer('No.')],
      rejected: [answer(ITEM.join('\n'))],
    } as unknown as Row,
  ],
])('an evaluation is found %s', async (_, row) => {
  expect(await rejectsOf(row)).toEqual(['13 words in a row of an evaluation'])
})

it.each<[what: string, row: Row]>([
  ['twelve words of one', withMessages(answer(ITEM.join(' ').split(' ').slice(0, 12).join(' ')))],
  ['words of one in another order', withMessages(answer(ITEM.toReversed().join(' ')))],
  ['pieces of one in two arguments', withMessages(answer('', { a: ITEM[0]!, b: ITEM[1]! }))],
])('%s are none', async (_, row) => {
  expect(await rejectsOf(row)).toEqual([])
})

async function rejectsOf(row: Row): Promise<string[]> {
  const bench = join(base, 'bench.jsonl')
  writeFileSync(bench, [ITEM.join('\n'), OTHER, HAN].map((prompt, id) => `${JSON.stringify({ id, prompt })}\n`).join(''))
  const output = join(base, 'out')
  const view = 'chosen' in row ? 'preference' : 'session'
  await exportDataset([row], { output, view, decontaminate: [bench], force: true })
  return readFileSync(join(output, 'rejects.jsonl'), 'utf8')
    .split('\n')
    .flatMap(line => (line === '' ? [] : [(JSON.parse(line) as { reason: string }).reason]))
}
