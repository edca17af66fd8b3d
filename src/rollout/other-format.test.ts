import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { formatByName } from './known-formats.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const folder = (name: string) => join(import.meta.dirname, 'formats', name.replaceAll('_', '-'), 'fixtures')
const cases = formatByName
  .keys()
  .flatMap(name =>
    existsSync(folder(name)) ? readdirSync(folder(name)).map(fixture => [name, fixture, join(folder(name), fixture, 'logs')] as const) : [],
  )

describe.each([...cases])('Logs of %s (%s)', (own, _, logs) => {
  it('give no row under another format', async () => {
    for (const format of formatByName.values()) {
      if (format.name === own) continue
      // That nothing was found is what is to be said of most.
      const rows = await readLogs(logs, { format }).then(
        read => read.rows,
        () => [],
      )
      expect(
        rows.map(({ source_path }) => source_path),
        `under ${format.name}`,
      ).toEqual([])
    }
  })
})

it.each([
  [
    'words alone',
    [
      { role: 'user', content: 'Fly' },
      { role: 'assistant', content: 'Flown.' },
    ],
  ],
  ['parts of another kind', [{ role: 'user', content: [{ type: 'text', text: 'Fly' }] }]],
  ['a time', [{ role: 'user', content: 'Fly', timestamp: '2026-01-01T00:00:00', message_id: '1' }]],
])('Messages without a type, with %s, are none of Codex', async (_, records) => {
  const rows = await readLogs(folderWith({ 'rollout-x.jsonl': jsonl(records) }), { format: 'codex' }).then(
    read => read.rows,
    (error: Error) => (/Looks like [\w ]+ \(format '\w+'\)/.test(error.message) ? [] : [error]),
  )
  expect(rows).toEqual([])
})

it.each(['talk.jsonl', 'rollout-2026-08-01T10-00-00-x.jsonl'])(
  'Thoughts between records of another kind are no conversation of Codex: %s',
  async name => {
    const records = [
      { type: 'system', content: 'Fly kites' },
      { type: 'user', content: [{ type: 'text', text: 'Fly' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Wind' }] },
      { type: 'assistant', content: 'Flown.' },
    ]
    const { rows, units } = await readLogs(folderWith({ [name]: jsonl(records) }), { format: 'codex' })
    expect(rows).toEqual([])
    expect(units[0]!.outcomes).toMatchObject([{ reject: { reason: expect.stringMatching(/^Holds no /) } }])
  },
)

it('A thought that Codex wrapped is a log of Codex, also where it is all there is', async () => {
  const payload = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Wind' }], content: null }
  const files = { 'thought.jsonl': jsonl([{ timestamp: '2026-08-01T10:00:00Z', type: 'response_item', payload }]) }
  expect((await readLogs(folderWith(files), { format: 'codex' })).rows).toHaveLength(1)
})

it('Messages without a type are the old generation of Codex if their parts have its types', async () => {
  const records = [
    { role: 'user', content: [{ type: 'input_text', text: 'Fly' }] },
    { role: 'assistant', content: [{ type: 'output_text', text: 'Flown.' }] },
  ]
  expect((await readLogs(folderWith({ 'rollout-x.jsonl': jsonl(records) }), { format: 'codex' })).rows).toHaveLength(1)
})

const SPOKEN = [
  { role: 'user', content: 'Fly' },
  { role: 'assistant', content: 'Flown.' },
]

it.each([
  ['cline', 'kites.json', { messages: SPOKEN, kite: 'red' }],
  ['swe_agent', 'kites.json', { messages: SPOKEN, kite: 'red' }],
  ['codex', 'kites.jsonl', { type: 'message', role: 'assistant', text: 'Flown.' }],
] as const)('A log of an agent that nobody knows gives no row of %s, where it is asked for alone', async (format, name, record) => {
  const path = join(folderWith({ [name]: jsonl([record]) }), name)
  const { rows, units } = await readLogs(path, { format })
  expect(rows).toEqual([])
  expect(units.flatMap(({ outcomes }) => outcomes)).toEqual([
    { reject: expect.objectContaining({ reason: expect.stringMatching(/^Holds no (?:[\w-]+ )?conversation/) }) },
  ])
})

it('One record that looks like the header of Pi costs a log of Droid itself alone', async () => {
  const [log] = Object.values(formatByName.get('droid')!.example('d-1', ['Mended.']))
  const path = folderWith({ 'd-1.jsonl': `${log}${jsonl([{ type: 'session', id: 'p-1' }])}` })
  const { rows } = await readLogs(path, { format: 'droid' })
  expect(rows.map(row => row.final_assistant_message)).toEqual(['Mended.'])
})
