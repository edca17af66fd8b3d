import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../../src/rollout/testing/read-logs.ts'
import { recordHTML } from '../../src/view/record-html.ts'
import { startCli } from '../cli-process.ts'
import { sources, textOf } from '../sources.ts'

/*
 * Every command over logs, configs and servers that try to act in the terminal: what comes out is looked at byte by byte.
 */

afterAll(removeFolders)

/** Clear the screen, set the title, a link, the clipboard, one-byte controls, a line written over, another direction, text nobody sees. */
const EVIL =
  '\u001b[2J\u001b]0;t\u0007\u001b]8;;http://x.example\u001b\\l\u001b]52;c;QQ==\u0007\u009b31m\u009d52;c;Q\u009c over\rwritten \u202ereversed\u2066 \u200e\u200b\u{e0041}'

/** What acts: written here anew, not to trust what it tests. */
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\u202e|\u2066|\u200e|\u200b|\u{e0041}/u

let root = ''
let endpoint = ''
const server = createServer((request, response) => {
  request.resume()
  response.writeHead(400, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message: `no ${EVIL}`, type: EVIL } }))
})

beforeAll(async () => {
  const name = `a${EVIL.replaceAll('/', '')}b.jsonl`
  const said = (text: string) => [{ type: 'text', text }]
  const record = (extra: object) => ({
    uuid: 'u',
    parentUuid: null,
    sessionId: `s${EVIL}`,
    timestamp: '2026-01-05T10:00:00.000Z',
    cwd: EVIL,
    version: EVIL,
    ...extra,
  })
  root = folderWith({
    [`.claude/projects/p/${name}`]: `${jsonl([
      record({ type: 'user', message: { role: 'user', content: said(`hello ${EVIL}`) } }),
      record({ type: EVIL, uuid: 'x' }),
      record({
        type: 'assistant',
        uuid: 'a',
        parentUuid: 'u',
        message: {
          role: 'assistant',
          id: 'm',
          model: EVIL,
          content: [{ type: 'tool_use', id: EVIL, name: EVIL, input: { [EVIL]: EVIL } }],
        },
      }),
    ])}{"torn ${EVIL}\n`,
    [`.claude/projects/p/empty${EVIL.replaceAll('/', '')}.jsonl`]: '',
    'expression.yaml': `seed_config:\n  source: {seed_type: agent_rollout, format: claude_code, path: .claude/projects}\ncolumns:\n  - {column_type: expression, name: said, expr: '{{ messages }}'}\n`,
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  writeFileSync(
    join(root, 'model.yaml'),
    `model_configs:\n  - {alias: m, model: x, provider: p}\nseed_config:\n  source: {seed_type: agent_rollout, format: claude_code, path: .claude/projects}\n` +
      "columns:\n  - {column_type: llm-text, name: said, model_alias: m, prompt: 'say {{ messages[0].content[0].text }}'}\n",
  )
  writeFileSync(join(root, 'evil.json'), JSON.stringify({ columns: [{ column_type: EVIL, name: EVIL }], [EVIL]: 1 }))
  writeFileSync(join(root, 'template.json'), JSON.stringify({ columns: [{ column_type: 'expression', name: 'x', expr: `{{ ${EVIL} }}` }] }))
  mkdirSync(join(root, 'strange'))
  writeFileSync(join(root, 'strange', `odd${EVIL.replaceAll('/', '')}.jsonl`), `${EVIL}\n`)
  const { ingestToStore } = await import('../../src/dataset/store/ingest.ts')
  await ingestToStore({ format: 'claude_code', path: join(root, '.claude/projects'), folder: join(root, 'kept'), workers: 1 })
  writeFileSync(join(root, 'rows.jsonl'), jsonl([{ [EVIL]: EVIL, list: [EVIL] }]))
})
afterAll(() => server.close())

function expectInert(command: string, text: string): void {
  const found = ACTS.exec(text)
  if (found !== null)
    expect.fail(
      `${command} lets ${JSON.stringify(found[0])} through: ${JSON.stringify(text.slice(Math.max(0, found.index - 80), found.index + 40))}`,
    )
}

const COMMANDS: [name: string, args: () => string[]][] = [
  ['scan', () => ['scan']],
  ['ingest to a file', () => ['ingest', '.claude/projects', '-f', 'claude_code', '-o', 'out.jsonl']],
  ['ingest to a store', () => ['ingest', '.claude/projects', '-f', 'claude_code', '-o', 'store']],
  ['ingest of what is not there', () => ['ingest', `nothing${EVIL.replaceAll('\0', '')}`]],
  ['explain', () => ['explain', '.claude/projects', '-f', 'claude_code']],
  ['query', () => ['query', 'rows.jsonl', 'select * from rows']],
  ['query without SQL', () => ['query', 'rows.jsonl']],
  ['query that is wrong', () => ['query', 'rows.jsonl', `select "${EVIL}x" from rows`]],
  ['preview', () => ['preview', 'expression.yaml', '-n', '1']],
  ['preview with a model', () => ['preview', 'model.yaml', '-n', '1', '--provider', `p=${endpoint}`]],
  ['create', () => ['create', 'expression.yaml', '-n', '1', '-o', 'run', '-y']],
  ['create with a model', () => ['create', 'model.yaml', '-n', '1', '-o', 'asked', '-y', '--provider', `p=${endpoint}`]],
  ['scan of a folder', () => ['scan', '.claude']],
  ['scan of a folder with strangers', () => ['scan', 'strange']],
  ['show', () => ['show', '-s', 'kept', 'last']],
  ['show of everything', () => ['show', '-s', 'kept', 'last', '--show', 'all', '--width', '60']],
  ['show of a log', () => ['show', join('.claude/projects/p', `a${EVIL.replaceAll('/', '')}b.jsonl`)]],
  ['show as Markdown', () => ['show', '-s', 'kept', 'last', '--markdown', '-']],
  ['show of what is not there', () => ['show', '-s', 'kept', `no${EVIL}`]],
  ['search', () => ['search', 'hello', '-s', 'kept', '--all']],
  ['search of what is not there', () => ['search', `no${EVIL}`, '-s', 'kept']],
  ['cost by session', () => ['cost', 'kept', '--by', 'session', '--bars']],
  ['cost by model', () => ['cost', 'kept', '--by', 'model']],
  ['cost by project', () => ['cost', 'kept', '--by', 'project']],
  ['label', () => ['label', 'last', 'accept', '-s', 'kept', '-t', EVIL, '-n', EVIL, '--by', EVIL]],
  ['label --list', () => ['label', '--list', '-s', 'kept']],
  ['label of what is not there', () => ['label', `no${EVIL}`, 'accept', '-s', 'kept']],
  ['query with selectors', () => ['query', 'kept', 'select * from rows', '--model', EVIL]],
  ['query of facts', () => ['query', 'kept', 'select * from facts']],
  ['query --schema', () => ['query', 'rows.jsonl', '--schema']],
  ['export', () => ['export', 'kept', '-o', 'trained']],
  ['export --where that is wrong', () => ['export', 'kept', '-o', 'wrong', '--where', EVIL]],
  ['init of what is not there', () => ['init', EVIL]],
  ['init into a folder', () => ['init', '--into', `into${EVIL.replaceAll('/', '')}`]],
  ['an option that is not there', () => ['query', `--${EVIL}`]],
  ['a choice that is not there', () => ['cost', 'kept', '--by', EVIL]],
  ['validate of evil keys', () => ['validate', 'evil.json']],
  ['validate of an evil template', () => ['validate', 'template.json']],
  ['validate of what is not there', () => ['validate', `${EVIL}.yaml`]],
]

it.each(COMMANDS)('%s lets nothing act', async (name, args) => {
  const { stdout, stderr } = await startCli(args(), root, { HOME: root }).output
  expect(stdout + stderr).not.toBe('')
  expectInert(`${name}, stdout,`, stdout)
  expectInert(`${name}, stderr,`, stderr)
})

it('what is for programs stays exact', async () => {
  const { stdout } = await startCli(['query', 'rows.jsonl', 'select * from rows', '--json'], root).output
  expect(JSON.parse(stdout)).toEqual({ [EVIL]: EVIL, list: [EVIL] })
  const rows = await startCli(['ingest', '.claude/projects', '-f', 'claude_code', '-q'], root).output
  expect(rows.stdout.split('\n').some(line => line !== '' && JSON.parse(line).cwd === EVIL)).toBe(true)
})

it('no command writes to the terminal by another way than say.ts', () => {
  const ways = sources.filter(path => /^src\/(?:cli|pipeline)\//.test(path) && !path.endsWith('/say.ts'))
  for (const path of ways) {
    const text = textOf(path)
    expect(text, path).not.toMatch(/console\.(?:log|error|warn|info)\(/)
    if (!path.endsWith('/display.ts')) expect(text, path).not.toMatch(/process\.std(?:out|err)\.write\(/)
  }
  expect(ways.length).toBeGreaterThan(20)
})

it('every word of a record is inert in a page', () => {
  const evil = `</pre><script>alert(1)</script><img src=x onerror=alert(1)>"'\`javascript:alert(1) ${EVIL}`
  const message = {
    role: evil,
    content: [
      { type: evil, text: evil },
      { type: 'image_url', image_url: { url: evil } },
    ],
    reasoning_content: evil,
    tool_call_id: evil,
    tool_calls: [{ id: evil, type: evil, function: { name: evil, arguments: JSON.stringify({ [evil]: evil }) } }],
  }
  const row = {
    [evil]: evil,
    messages: [message],
    message_meta: [{ origin: evil, boundary: evil, model: evil }],
    nested: { [evil]: [evil] },
  }
  const html = recordHTML({ row, index: 0, count: 1, seedColumns: [evil], note: evil })
  const [, inner] = /<\/style>([\s\S]*)$/.exec(html)!
  // Only tags and attributes of our own are left when its texts are taken away.
  for (const tag of inner!.match(/<[^>]*>/g)!)
    expect(tag).toMatch(
      /^<\/?(?:div|h3|h4|table|tr|th|td|pre|span)(?: class="(?:note|role|text|other|call|thought|tracewright-record)")?>$/,
    )
  expect(inner).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u2066]/)
})

it('the folders of a run and a store are named by us alone', () => {
  for (const folder of ['store', 'run'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) expect(name).not.toMatch(ACTS)
})
