import { expect, it } from 'vitest'
import { recordsApart } from './records-apart.ts'

const one = '{"type":"user","n":1}'
const two = '{"type":"user","n":2}'

it.each<[string, string, string | null]>([
  ['two records on one line', `${one}${two}\n${one}\n`, `${one}\n${two}\n${one}\n`],
  ['a record behind a torn one', `{"type":"user","n"${two}\n${one}\n`, `${two}\n${one}\n`],
  ['a record behind NUL bytes', `\0\0\0\0${one}\n`, `${one}\n`],
  ['records behind a byte order mark', `\uFEFF${one}${two}\n`, `${one}\n${two}\n`],
  ['whole lines', `${one}\n${two}\n`, null],
  ['a last line that may be cut off', `${one}\n${one}${two}`, null],
  ['a document on lines of its own', `{\n  "messages": [\n    ${one},\n    ${two}\n  ]\n}\n`, null],
  ['a document on one line', `{"messages":[${one},${two}]}\n`, null],
  ['a torn record alone', '{"type":"user","n":\n', null],
  ['words', 'words {"type":"user"}\n', null],
])('takes apart %s', (_, head, expected) => {
  expect(recordsApart(head)).toBe(expected)
})
