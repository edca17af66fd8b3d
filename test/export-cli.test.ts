import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { sampleRow } from '../src/training/testing/sample-row.ts'
import { startCli } from './cli-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'export-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = join(folder, 'rows.jsonl')
writeFileSync(rows, ['a', 'b', 'c'].map(id => `${JSON.stringify(sampleRow(id))}\n`).join(''))

async function run(...args: string[]): Promise<{ code: unknown; out: string }> {
  const { code, stdout, stderr } = await startCli(['export', ...args], folder).output
  return { code, out: stdout + stderr }
}

it('prints the funnel and writes the folder', async () => {
  const output = join(folder, 'sft')
  const { code, out } = await run(rows, '-o', output, '--for', 'axolotl', '--view', 'turn', '--split', 'lineage:50/50')
  expect(code).toBe(0)
  expect(out).toContain('3 rows read')
  expect(out).toMatch(/masked +[\d,]+ .*replay of the parent/)
  expect(readFileSync(join(output, 'README.md'), 'utf8')).toMatch(/^---\nconfigs:/)
})

it.each([
  [['--for', 'nothing'], /Unknown dialect 'nothing'/],
  [['--for', 'openai', '--view', 'task'], /cannot say what the view task gives/],
  [['--for', 'pretokenized'], /name the model with --model/],
  [['--max-tokens', '100'], /name the model with --model/],
  [['--split', 'random'], /Cannot split by 'random'/],
  [['--model', './no-such-folder', '--max-tokens', '9'], /Cannot find a tokenizer for '.\/no-such-folder'/],
  [['--for', 'openai', '--codec', 'parquet'], /not written as parquet/],
])('says in one sentence what is wrong with %s', async (flags, sentence) => {
  const { code, out } = await run(rows, '-o', join(folder, 'bad'), ...flags)
  expect(code).toBe(2)
  expect(out).toMatch(sentence)
})

it('does not write over files that are no export', async () => {
  const { code, out } = await run(rows, '-o', folder)
  expect(code).toBe(2)
  expect(out).toContain('it holds other things')
})
