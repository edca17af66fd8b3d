import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { HubServer } from '../src/training/testing/hub-server.ts'
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
  expect(readFileSync(join(output, 'README.md'), 'utf8')).toMatch(/^---\n(?:.+\n)*configs:\n/)
})

it.each([
  [['--for', 'nothing'], /Unknown dialect 'nothing'/],
  [['--for', 'openai', '--view', 'task'], /cannot say what the view task gives/],
  [['--for', 'pretokenized'], /name the model with --model/],
  [['--check'], /name the model with --model/],
  [['--max-tokens', '100'], /name the model with --model/],
  [['--split', 'random'], /Cannot split by 'random'/],
  [['--model', './no-such-folder', '--max-tokens', '9'], /Cannot find a tokenizer for '.\/no-such-folder'/],
  [['--for', 'openai', '--codec', 'parquet'], /not written as parquet/],
])('says in one sentence what is wrong with %s', async (flags, sentence) => {
  const { code, out } = await run(rows, '-o', join(folder, 'bad'), ...flags)
  expect(code).toBe(2)
  expect(out).toMatch(sentence)
})

it('finds all mistakes before a row is read, and touches nothing', async () => {
  const output = join(folder, 'wrong')
  const flags = [
    '--for',
    'nothing',
    '--split',
    'random',
    '--decontaminate',
    'gone.jsonl',
    '--model',
    './gone',
    '--where',
    'oops >',
    '--dry-run',
  ]
  const { code, out } = await run(rows, '-o', output, ...flags)
  expect(code).toBe(2)
  expect(out).toMatch(/The export has 6 mistakes:\n(?: {2}- .+\n){6}/)
  for (const sentence of [
    /Unknown dialect/,
    /Cannot split by/,
    /'gone.jsonl'/,
    /Cannot find a tokenizer/,
    /oops >: Cannot filter/,
    /--dry-run alone/,
  ])
    expect(out).toMatch(sentence)
  expect(existsSync(output)).toBe(false)
})

it('asks in SQL how sessions went', async () => {
  const path = join(folder, 'outcomes.jsonl')
  const good = { ...sampleRow('good'), outcome: { status: 'completed', reward: 0.9 } }
  writeFileSync(
    path,
    [good, { ...sampleRow('bad'), outcome: { reward: 0.1 } }, sampleRow('c')].map(row => `${JSON.stringify(row)}\n`).join(''),
  )
  const kept = async (where: string) => {
    const { code, out } = await run(path, '-o', join(folder, 'asked'), '--force', '--where', where, '--json')
    return code === 0 ? (JSON.parse(out) as { funnel: { rows: number } }).funnel.rows : out
  }
  expect(await kept('reward > 0.5')).toBe(1)
  expect(await kept("status = 'completed' OR reward < 0.5")).toBe(2)
  expect(await kept('reward IS NULL')).toBe(1)
  expect(await kept('merged')).toMatch(/Cannot ask for merged without a repository/)
  expect(await kept('tests_passd')).toMatch(/tests_passd: Cannot filter/)
})

it('does not write over files that are no export', async () => {
  const { code, out } = await run(rows, '-o', folder)
  expect(code).toBe(2)
  expect(out).toContain('it holds other things')
})

it('publishes what it exports, redacted, after a dry run, and compares two exports', async () => {
  const hub = new HubServer()
  const env = { HF_ENDPOINT: await hub.start(), HF_TOKEN: hub.token }
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await startCli(args, folder, env).output
    return { code, out: stdout + stderr }
  }
  try {
    const dry = await cli('export', rows, '-o', 'one', '--push', 'ada/rows', '--dry-run', '--license', 'apache-2.0')
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(/redacted [\s\S]*would publish ada\/rows as a new dataset: \d+ files/),
    })
    expect(hub.repos.size).toBe(0)
    const made = await cli('export', rows, '-o', 'two', '--push', 'ada/rows', '--mask', 'flags,replay,errors', '--json')
    const report = JSON.parse(made.out) as { redaction: object | null; push: { commit: string | null; deleted: string[] } }
    expect(report.push.commit).toBe(hub.repos.get('ada/rows')!.head)
    expect(report.redaction).not.toBeNull()
    expect(hub.repos.get('ada/rows')!.visibility).toBe('private')
    expect(readFileSync(join(folder, 'one', 'README.md'), 'utf8')).toMatch(/^---\nlicense: "apache-2.0"\n/)
    expect(await cli('diff', 'one', 'two')).toMatchObject({ code: 0, out: expect.stringMatching(/changed +3 +other messages are trained/) })
    expect((await cli('export', rows, '-o', 'three', '--push', 'rows')).out).toMatch(/Cannot publish as 'rows'/)
    expect((await cli('export', rows, '-o', 'three', '--dry-run')).out).toMatch(/Cannot use --dry-run alone/)
    expect(existsSync(join(folder, 'three'))).toBe(false)
  } finally {
    await hub.stop()
  }
})
