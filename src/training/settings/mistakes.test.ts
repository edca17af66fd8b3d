import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { exportDataset } from '../export/export.ts'
import { byteTokenizer } from '../testing/byte-tokenizer.ts'
import type { ExportOptions } from './export-options.ts'

const base = mkdtempSync(join(tmpdir(), 'mistakes-'))
afterAll(() => rmSync(base, { recursive: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(base, name), text)
  return join(base, name)
}
const model = file('tokenizer.json', byteTokenizer())
const unread: Iterable<Row> = {
  [Symbol.iterator]() {
    throw new Error('a row was read')
  },
}

async function saidOf(options: Partial<ExportOptions>): Promise<string> {
  const output = join(base, 'out')
  const error = await exportDataset(unread, { output, ...options }).catch((thrown: unknown) => thrown)
  expect(existsSync(output)).toBe(false)
  return (error as Error).message
}

it.each<[what: string, options: Partial<ExportOptions>, sentence: RegExp]>([
  ['a model that there is not', { model: join(base, 'none.json'), maxTokens: 9 }, /^Cannot find a tokenizer for '.*none\.json'/],
  ['a tokenizer that is none', { model: file('odd.json', '[]'), maxTokens: 9 }, /^Cannot read tokenizer '.*': found no model in it/],
  ['a tokenizer that is torn', { model: file('torn.json', '{"model":'), maxTokens: 9 }, /^Cannot read tokenizer/],
  ['a template that there is not', { model, chatTemplate: join(base, 'none.jinja') }, /^Cannot read chat template '.*none\.jinja'/],
  [
    'a template that cannot compile',
    { model, chatTemplate: file('open.jinja', '{% if x %}') },
    /^Cannot use it: Unexpected end of template/,
  ],
  [
    'a template that does not say what the model wrote',
    { model, chatTemplate: file('plain.jinja', '{{ messages }}'), for: 'pretokenized' },
    /^Cannot tell what the model wrote: the chat template .* has no \{% generation %\}/,
  ],
  ['a tokenizer without places', { model: 'o200k', for: 'pretokenized' }, /^Cannot make token ids of 'o200k'/],
  ['tokens without a model', { for: 'pretokenized' }, /^The dialect pretokenized makes tokens: name the model/],
  ['a dialect that there is not', { for: 'trlx' }, /^Unknown dialect 'trlx'/],
  ['a dialect that cannot say a view', { for: 'atif', view: 'preference' }, /^The dialect atif cannot say what the view preference gives/],
  ['a budget without a model', { maxTokens: 100 }, /^A budget in tokens needs the tokenizer/],
  ['a condition that is no SQL', { where: 'x =' }, /^Cannot filter: /],
])('%s is told of in one sentence, before a row is read', async (_, options, sentence) => {
  const said = await saidOf(options)
  expect(said).toMatch(sentence)
  expect(said).not.toContain('\n')
})

it('tells all that is wrong at once, each thing once', async () => {
  const said = await saidOf({
    model: join(base, 'none.json'),
    chatTemplate: join(base, 'none.jinja'),
    for: 'trlx',
    where: 'x =',
    split: 'by luck',
    redact: join(base, 'none.yaml'),
    decontaminate: [join(base, 'none.jsonl')],
    dedupe: 3,
  })
  const lines = said.split('\n')
  expect(lines[0]).toBe(`The export has ${lines.length - 1} mistakes:`)
  expect(new Set(lines).size).toBe(lines.length)
  for (const word of ['none.json', 'none.jinja', 'trlx', 'Cannot filter', 'by luck', 'none.yaml', 'none.jsonl', '3'])
    expect(said).toContain(word)
})
