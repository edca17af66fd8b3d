import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { redactionPolicy } from '../../redact/policy.ts'
import type { Row } from '../../row.ts'
import { byteTokenizer } from '../testing/byte-tokenizer.ts'
import { exportDataset } from './export.ts'

const base = mkdtempSync(join(tmpdir(), 'redact-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0
const folder = () => join(base, String(count++))

// Put together here: no file holds what looks like a key.
const TOKEN = `glpat-${'q7Zt2LmX9vBn4KpW8sDf'}`
const PASSWORD = ['kV7', 'mossQ2', 'tarn'].join('!')

function session(id: string, results: readonly string[], more: Row = {}): Row {
  const messages = results.flatMap((text, i) => [
    { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
    {
      role: 'assistant',
      content: [],
      tool_calls: [{ id: `${id}-${i}`, type: 'function', function: { name: 'run', arguments: '{"command":"ls"}' } }],
    },
    { role: 'tool', tool_call_id: `${id}-${i}`, content: [{ type: 'text', text }] },
    { role: 'assistant', content: [{ type: 'text', text: `Done ${i}.` }] },
  ])
  return { trace_id: id, root_session_id: id, messages, message_meta: messages.map(() => ({})), ...more } as unknown as Row
}

async function exported(rows: readonly Row[], redact = 'default', memoryMB?: number) {
  const output = folder()
  const report = await exportDataset(rows, { output, redact, ...(memoryMB === undefined ? {} : { memoryMB }) })
  const data = report.splits[0]!.files.map(file => readFileSync(join(output, file), 'utf8')).join('')
  return { report, data, output, manifest: readFileSync(join(output, 'manifest/train.jsonl'), 'utf8') }
}

describe('a value that was caught once', () => {
  it.each([
    ['alone', TOKEN],
    ['in base 64', Buffer.from(`a word before ${TOKEN} and one behind`).toString('base64')],
    [
      'in base 64 among bytes that are no text',
      Buffer.concat([Buffer.from([0, 255, 1, 2]), Buffer.from(TOKEN), Buffer.from([255, 0])]).toString('base64'),
    ],
    ['in hexadecimal', Buffer.from(`x ${TOKEN} y`).toString('hex')],
    ['in a URL', `/cb?v=${encodeURIComponent(`a b/${TOKEN}`)}`],
    ['escaped twice', JSON.stringify(JSON.stringify({ v: `\n${TOKEN}\n` }))],
    ['over two lines', `${TOKEN.slice(0, 14)}\\\n${TOKEN.slice(14)}`],
    ['over two lines, quoted', `"${TOKEN.slice(0, 16)}" +\n  "${TOKEN.slice(16)}"`],
    ['within a diff', `+${TOKEN.slice(0, 14)}\n+${TOKEN.slice(14)}`],
  ])('is replaced %s, also in another session of the lineage', async (_, text) => {
    const { data, report } = await exported([
      session('a', [`see ${text} there`]),
      session('b', [`token: ${TOKEN}`], { root_session_id: 'a' }),
    ])
    expect(data).not.toContain(TOKEN)
    expect(data).not.toContain(TOKEN.slice(6))
    expect(data).not.toContain(text)
    expect(data).toContain('there')
    expect(report.funnel.examples).toBe(2)
  })

  it('is replaced though only its name told what it was', async () => {
    const { data } = await exported([session('a', [`later it says ${PASSWORD} again`, `DB_PASSWORD=${PASSWORD}`])])
    expect(data).not.toContain(PASSWORD)
    expect(data).toContain('later it says [password-value-1] again')
  })

  it('is found in a few plain words, though it is of letters alone', async () => {
    const key = `AKIA${'QWERTNPUSCYOJRLF'}`
    const { data } = await exported([session('a', [`The file says ${key} so I use that.`])])
    expect(data).toContain('The file says [aws-access-key-id-1] so I use that.')
  })

  it('is found though one result begins it and the next one ends it', async () => {
    const { data } = await exported([session('a', [`chunk ${TOKEN.slice(0, 15)}`, `${TOKEN.slice(15)}\nmore`])])
    expect(data).not.toContain(TOKEN.slice(0, 15))
    expect(data).not.toContain(TOKEN.slice(15))
    expect(data).toContain('more')
  })
})

it('gives persons names that are the same everywhere, and different ones to different persons', async () => {
  const { data } = await exported([
    session('a', ['/Users/ada/app', 'ada@tarn-desk:~/app$ ls', 'Author: Ada <ada@mail.tarn.test>', '/home/kite/app']),
    session('b', ['/home/ada/other']),
  ])
  expect(data).toContain('/Users/user-1/app')
  expect(data).toContain('user-1@host-1:~/app$ ls')
  expect(data).toContain('Author: user-1 <user-1@host-2.example>')
  expect(data).toContain('/home/user-2/app')
  expect(data).toContain('/home/user-1/other')
  expect(data).not.toMatch(/\bada\b|\bkite\b|tarn/i)
})

it('keeps arguments JSON, numbers that are secrets included', async () => {
  const row = session('a', ['x'])
  const messages = row['messages'] as unknown as { tool_calls?: { function: { arguments: string } }[] }[]
  messages[1]!.tool_calls![0]!.function.arguments = `{"card":4000001234567899,"password":"${PASSWORD}","big":12345678901234567890123}`
  const { data, report } = await exported([row])
  expect(data).not.toContain(PASSWORD)
  expect(data).toContain('12345678901234567890123')
  expect(report.funnel.examples).toBe(1)
})

it('tells rules and counts, and no value; says of each row by which rules it was redacted', async () => {
  const { report, output, manifest } = await exported([session('a', [`token: ${TOKEN} ${TOKEN}`])])
  expect(report.redaction).toMatchObject({ policy: 'default', rows: 1, rules: { 'gitlab-token': { places: 2, values: 1 } } })
  expect(readFileSync(join(output, 'export.json'), 'utf8')).not.toContain(TOKEN.slice(6))
  expect(JSON.parse(manifest)).toMatchObject({ redaction: report.redaction!.hash })
})

it('tells nothing in rejects that it took out of rows', async () => {
  const { output } = await exported([session(`/Users/ada/${TOKEN}`, [], { messages: [{ role: 'nobody', content: [] }] as never })])
  expect(readFileSync(join(output, 'rejects.jsonl'), 'utf8')).not.toMatch(/\bada\b|glpat/)
})

it.each(['hf', 'pretokenized'])(
  'leaves out a row of %s that a value still stands in, or in what the manifest says of it',
  async dialect => {
    const row = session('a', [`token: ${TOKEN}`])
    const [, call, result] = row['messages'] as unknown as [unknown, { tool_calls: { id: string }[] }, { tool_call_id: string }]
    call.tool_calls[0]!.id = result.tool_call_id = `call_${TOKEN}`
    const [output, model] = [folder(), `${folder()}.json`]
    writeFileSync(model, byteTokenizer())
    const report = await exportDataset([row, session('b', ['x'])], { output, redact: 'default', for: dialect, model })
    expect(report.rejects).toEqual({ 'A value that was redacted is still in the row': 1 })
    expect(report.funnel.examples).toBe(1)
    expect(readFileSync(join(output, 'manifest/train.jsonl'), 'utf8')).not.toContain(TOKEN)
  },
)

it('is off where nobody asks', async () => {
  const { data, report } = await exported([session('a', [`token: ${TOKEN}`])], 'off')
  expect(data).toContain(TOKEN)
  expect(report.redaction).toBeNull()
})

describe('a policy of one’s own', () => {
  const policy = (text: string) => {
    const path = `${folder()}.yaml`
    writeFileSync(path, text)
    return path
  }

  it('has rules, terms, values that stay, detectors that are off', async () => {
    const path = policy(
      "off: [home-paths]\nterms: ['Project Heron']\nallow: ['build@tarn.test']\nrules:\n  - name: badge\n    pattern: 'B-(\\d{5})'\n  - {name: nick, pattern: 'nick [a-z]+', keywords: [nick], stand: user}\n",
    )
    const { data, report } = await exported([session('a', ['badge B-40127 project heron build@tarn.test /home/ada/a nick teal'])], path)
    expect(data).toContain('badge B-[badge-1] [term-1] build@tarn.test /home/ada/a user-1')
    expect(report.redaction!.policy).toBe('own')
    expect(report.redaction!.hash).not.toBe(redactionPolicy('default').hash)
  })

  it('is followed in texts of a few plain words, too', async () => {
    const path = policy("terms: ['Heron', 'KB']\nrules: [{name: nick, pattern: 'nick [a-z]+', stand: user}]\n")
    const { data } = await exported([session('a', ['We call it Heron', 'nick teal', 'KB'])], path)
    expect(data).not.toMatch(/heron|teal|KB/i)
  })

  it('cannot make an export take for ever', async () => {
    const path = policy("rules: [{name: slow, pattern: '(a+)+$'}]")
    const { report } = await exported([session('a', [`${'a'.repeat(5_000)}!`])], path)
    expect(report.funnel.examples).toBe(1)
  })

  it.each([
    ['no-such.yaml', /Cannot read redaction policy 'no-such.yaml'/],
    [policy('rules: [{name: x, pattern: "(?=a)"}]'), /Cannot use redaction policy .*: rule 1: pattern/],
    [policy('rules: [{name: x, pattern: "a*"}]'), /matches the empty text/],
    [policy('off: [homepaths]'), /no detector 'homepaths'/],
    [policy('rulez: []'), /found 'rulez'/],
    [policy('- 1'), /no mapping/],
    [policy('terms: [1]'), /no list of texts/],
  ])('is refused in one sentence: %s', async (path, sentence) => {
    await expect(exported([session('a', ['x'])], path)).rejects.toThrow(sentence)
  })
})

it('redacts alike where what was caught does not fit into memory, and leaves none of it behind', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const others = Array.from({ length: 20 }, (_, k) => `reader${i}x${k % 15}@corp${i % 7}.test`).join(' ')
    return session(`s${i}`, [`${others} in /${'home'}/marwolde${i % 9}/beds`, i % 2 === 0 ? `token: ${TOKEN}` : `see it: x${TOKEN}`], {
      root_session_id: `s${i - (i % 2)}`,
    })
  })
  const [large, small] = [await exported(rows), await exported(rows, 'default', 0.002)]
  expect(small.data === large.data).toBe(true)
  expect(small.report.redaction).toEqual(large.report.redaction)
  expect(large.report.redaction).toMatchObject({ rows: 60, rules: { mail: { values: 900 }, 'gitlab-token': { values: 1 } } })
  expect(/reader|marwolde|q7Zt2/.exec(small.data)).toBeNull()
  expect(readdirSync(small.output).sort()).toEqual(['README.md', 'data', 'export.json', 'manifest', 'rejects.jsonl'])
})
