import { afterAll, describe, expect, it } from 'vitest'
import { decodeText } from '../src/disk/decode-text.ts'
import type { TracewrightError } from '../src/errors.ts'
import { folderWith, jsonl, removeFolders } from '../src/rollout/testing/read-logs.ts'
import { startCli } from './cli-process.ts'

/*
 * Text that a person names is UTF-8, or says what else it is. What is neither is told with its place, and never silently other words.
 */

afterAll(removeFolders)

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
const utf16be = (text: string) => utf16(text).swap16()

const CONFIG = `seed_config: {source: {seed_type: local, path: SEED}}
columns:
- {name: m, column_type: expression, expr: 'Grüße {{ n }}'}
`
const over = (seed: string) => CONFIG.replace('SEED', seed)

const FILES = {
  'rows.jsonl': jsonl([{ n: 1 }]),
  'bad.jsonl': latin1('{"n":"a"}\n{"n":"é"}\n'),
  'bad.json': latin1('[{"n":"a"},\n{"n":"é"}]\n'),
  'bad.csv': latin1('n,m\n"a\nb",1\né,2\n'),
  'head.csv': latin1('é,m\n1,2\n'),
  'last.csv': latin1('n\né'),
  'wide.csv': utf16('n,m\n1,2\n'),
  'wide-be.csv': utf16be('n,m\n1,2\n'),
  'bare.jsonl': Buffer.from('{"n":1}\n', 'utf16le'),
  'wide.jsonl': utf16('{"n":1}\n'),
  'cut.jsonl': Buffer.from('{"n":"é').subarray(0, 7),
  'surrogate.jsonl': Buffer.concat([Buffer.from('{"n":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}\n')]),
  'c.yaml': latin1(over('rows.jsonl')),
  'c16.yaml': utf16(over('rows.jsonl')),
  'c16be.yaml': utf16be(over('rows.jsonl')),
  'ok.yaml': over('rows.jsonl'),
  'mark.yaml': `\ufeff${over('rows.jsonl')}`,
  'flow.yaml': latin1('name: é\nstages: []\n'),
  'prices.json': latin1('{"é": {"input": 1, "output": 1}}'),
  'providers.yaml': latin1('providers: [{name: é}]'),
  'q.sql': latin1("select 'é' from rows"),
  'policy.yaml': latin1('terms: [é]'),
  ...Object.fromEntries(['bad.jsonl', 'bad.json', 'bad.csv', 'wide.csv', 'bare.jsonl'].map(seed => [`${seed}.yaml`, over(seed)])),
}

const AT = (byte: number, line: number) => `found byte 0xE9 at byte ${byte}, in line ${line}, which is no UTF-8`

const TOLD: { [command: string]: string } = {
  'query bad.jsonl': AT(16, 2),
  'preview bad.jsonl.yaml': AT(16, 2),
  'preview bad.csv.yaml': AT(12, 4),
  'query bad.csv': AT(12, 4),
  'query head.csv': AT(0, 1),
  'query last.csv': AT(2, 2),
  'create bad.json.yaml -n all': '0xE9',
  'query bad.json': AT(18, 2),
  'query cut.jsonl': 'found byte 0xC3 at byte 6, in line 1',
  'query surrogate.jsonl': 'found byte 0xED at byte 6, in line 1',
  'query wide.csv': 'found text in UTF-16, expected UTF-8',
  'query wide-be.csv': 'found text in UTF-16, expected UTF-8',
  'preview wide.csv.yaml': 'found text in UTF-16, expected UTF-8',
  'query bare.jsonl': 'found text in UTF-16LE, expected UTF-8',
  'preview bare.jsonl.yaml': 'found text in UTF-16LE, expected UTF-8',
  'query wide.jsonl': 'found text in UTF-16, expected UTF-8',
  'preview bad.jsonl.yaml --compat data_designer': '',
  'preview bad.csv.yaml --compat data_designer': '',
  'preview c.yaml': 'found byte 0xFC at byte 115, in line 3, which is no UTF-8',
  'workflow flow.yaml': AT(6, 1),
  'create ok.yaml --prices prices.json': AT(2, 1),
  'create ok.yaml --providers providers.yaml': AT(19, 1),
  'query rows.jsonl --file q.sql': AT(8, 1),
  'export rows.jsonl -o out --redact policy.yaml': AT(8, 1),
}

it.each(Object.keys(TOLD))('%s says what it found where, and what to do', async command => {
  const cwd = folderWith(FILES)
  const { code, stdout, stderr } = await startCli(
    [...command.split(' '), ...(/^(?:create|preview)/.test(command) ? ['--seed', '1'] : [])],
    cwd,
  ).output
  const said = stdout + stderr
  expect(said).not.toContain('\ufffd')
  expect(said).toContain(TOLD[command])
  expect(code === 0 || said.includes('defect')).toBe(false)
  if (TOLD[command] !== '' && !command.includes('bad.json')) expect(said).toMatch(/iconv -f \S+ -t UTF-8 \S+ > utf8\.txt/)
})

describe('a config in UTF-16 that says so, or with a mark', () => {
  it.each(['c16.yaml', 'c16be.yaml', 'mark.yaml'])('%s is read', async name => {
    const { code, stdout } = await startCli(['preview', name, '--json'], folderWith(FILES)).output
    expect([code, stdout]).toEqual([0, '{"n":1,"m":"Grüße 1"}\n'])
  })
})

it('decodeText() finds the first byte that is wrong, whatever stands before it', () => {
  const bad = [[0xe9], [0xc0, 0x80], [0xff, 0x41], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0x80], [0xf0, 0x9f, 0x98]]
  for (const before of ['', 'a', 'ü\n', '\ufffd', '😀\n\n', 'x'.repeat(70_000)])
    for (const bytes of bad)
      for (const after of ['', 'z', '\nü']) {
        const at = Buffer.byteLength(before)
        // What begins as a mark does is another matter.
        if (at === 0 && bytes[0] === 0xff && bytes[1] === 0xfe) continue
        let message = ''
        try {
          decodeText(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]), 'read it', 'x')
        } catch (error) {
          message = (error as TracewrightError).message
        }
        expect(message).toContain(` at byte ${at}, in line ${before.split('\n').length}, `)
      }
  expect(decodeText(Buffer.from('\ufffd ü'), 'read it', 'x')).toBe('\ufffd ü')
  expect(decodeText(Buffer.from([0xfe, 0xff, 0, 0x41, 0]), 'read it', 'x')).toBe('A')
})
