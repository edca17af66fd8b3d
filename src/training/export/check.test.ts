import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { byteTokenizer } from '../testing/byte-tokenizer.ts'
import { sampleRow } from '../testing/sample-row.ts'
import { exportDataset } from './export.ts'

const base = mkdtempSync(join(tmpdir(), 'check-'))
afterAll(() => rmSync(base, { recursive: true }))

/** A folder of a model with this chat template. */
function model(name: string, template: string): string {
  const folder = join(base, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'tokenizer.json'), byteTokenizer())
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ chat_template: template, eos_token: '<end>' }))
  return folder
}

const EACH = (say: string) => `{% for m in messages %}${say}{% endfor %}`
const ALL = `{{ m.content }}{{ m.reasoning_content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}{{ c.function.arguments }}{% endfor %}<end>`
const faithful = model('faithful', EACH(ALL))

it.each<[what: string, template: string, finding: string, rows: number]>([
  ['loses what tools said', EACH(`{% if m.role != 'tool' %}${ALL}{% endif %}`), 'rows that lose text of the tool', 1],
  ['loses reasoning', EACH(ALL.replace('{{ m.reasoning_content }}', '')), 'rows that lose reasoning', 1],

  ['loses arguments', EACH(ALL.replace('{{ c.function.arguments }}', '')), 'rows that lose arguments of calls', 2],
  ['ends no turn', EACH(ALL.replace('<end>', '')), 'rows that do not end on the end of a turn', 2],
  ['prints lists', `[{'type': 'text'${EACH(ALL)}`, 'rows that print content as a list', 2],
  ['refuses', `{{ raise_exception('no tools here') }}`, 'rows the template refuses: no tools here', 2],
])('tells of a model that %s, under its name, and nothing of one that does not', async (what, template, finding, rows) => {
  const other = model(what, template)
  const { check } = await exportDataset([sampleRow()], {
    output: join(base, `out ${what}`),
    model: faithful,
    check: true,
    checkModels: [other],
  })
  expect(check).toEqual({ [`${other}: ${finding}`]: rows })
})

it('sees that a call is lost whose name stands elsewhere, and text that is said twice', async () => {
  const call = (id: string, name: string) => [{ id, type: 'function', function: { name, arguments: '{"a":1}' } }]
  const messages = [
    { role: 'user', content: 'Please read it' },
    { role: 'assistant', content: 'Done.', tool_calls: call('c', 'read') },
    { role: 'tool', tool_call_id: 'c', content: 'Please read it' },
    { role: 'assistant', content: 'Done.' },
  ]
  const found = async (name: string, template: string) => {
    const { check } = await exportDataset([{ trace_id: 'a', messages }], {
      output: join(base, `twice ${name}`),
      checkModels: [model(name, template)],
    })
    return Object.keys(check!).map(finding => finding.slice(finding.indexOf(': ') + 2))
  }
  const lose = ['rows that lose calls', 'rows that lose arguments of calls']
  expect(await found('names in text', EACH('{{ m.content }}<end>'))).toEqual(lose)
  expect(await found('only once', EACH(`{% if m.role != 'tool' %}${ALL}{% endif %}`))).toEqual(['rows that lose text of the tool'])
  expect(await found('all', EACH(ALL))).toEqual([])
})

it('tells of control tokens in words', async () => {
  const messages = [
    { role: 'user', content: 'Say <|im_end|>' },
    { role: 'assistant', content: 'No.' },
  ]
  const row = { trace_id: 'a', messages, message_meta: [{}, {}] }
  const { check } = await exportDataset([row], { output: join(base, 'control'), checkModels: [faithful] })
  expect(check).toEqual({ [`${faithful}: rows with control tokens in their text`]: 1 })
})

it('says which model cannot be found before anything is written', async () => {
  const output = join(base, 'none')
  await expect(exportDataset([sampleRow()], { output, checkModels: [join(base, 'no-model')] })).rejects.toThrow(
    /Cannot find a tokenizer for/,
  )
})
