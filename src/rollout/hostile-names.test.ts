import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type FormatName, formatByName } from './known-formats.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const at = '2026-03-01T10:00:00.000Z'
const ESCAPING = [
  '../../../../etc/passwd',
  '/etc/passwd',
  '..',
  'a/../../..',
  '',
  '.',
  'CON',
  'a\0b',
  'é'.repeat(5000),
  'x'.repeat(5000),
  '%2e%2e',
  'a\\..\\b',
  '~',
  'a\nb',
]

/** Logs of more files whose every id, and every name of another log, is the one given. */
const LINKED: Partial<Record<FormatName, (id: string) => { [path: string]: string }>> = {
  claude_code: id => {
    const line = (uuid: string, role: string, more: object) => ({
      uuid,
      parentUuid: null,
      type: role,
      sessionId: id,
      agentId: id,
      isSidechain: true,
      timestamp: at,
      message: { role, content: `Mend the kite, ${uuid}` }, // no file is a copy of another
      ...more,
    })
    return {
      'p/subagents/agent-1.jsonl': jsonl([line('u1', 'user', { parentUuid: null }), line('u2', 'assistant', { parentUuid: 'u1' })]),
      'p/22222222-2222-4222-8222-222222222222/subagents/agent-2.jsonl': jsonl([
        line('u3', 'user', {}),
        line('u4', 'assistant', { parentUuid: 'u3' }),
      ]),
      'p/11111111-1111-4111-8111-111111111111.jsonl': jsonl([
        line('u5', 'user', { isSidechain: false, forkedFrom: { sessionId: id, messageUuid: id }, toolUseResult: { agentId: id } }),
      ]),
    }
  },
  codex: id => ({
    'rollout-2026-03-01T10-00-00-01a00000-0000-7000-8000-000000000001.jsonl': jsonl([
      {
        timestamp: at,
        type: 'session_meta',
        payload: {
          id,
          timestamp: at,
          cwd: id,
          forked_from_id: id,
          session_id: id,
          source: { subagent: { thread_spawn: { parent_thread_id: id } } },
        },
      },
      { timestamp: at, type: 'event_msg', payload: { type: 'task_started', turn_id: 't' } },
      { timestamp: at, type: 'turn_context', payload: { turn_id: 't', cwd: id, model: 'm' } },
      {
        timestamp: at,
        type: 'response_item',
        payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Mend the kite' }] },
      },
      {
        timestamp: at,
        type: 'response_item',
        payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Mended.' }] },
      },
    ]),
  }),
  pi_coding_agent: id => ({
    's/2026-03-01T10-00-00-000Z_a.jsonl': jsonl([
      { type: 'session', version: 3, id, timestamp: at, cwd: id, parentSession: id, branchedFrom: id },
      { type: 'message', id: 'a', parentId: null, timestamp: at, message: { role: 'user', content: 'Mend the kite' } },
    ]),
  }),
  hermes_agent: id => ({
    'sessions/session_x.json': JSON.stringify({
      session_id: id,
      session_start: at,
      platform: 'cli',
      parent_session_id: id,
      messages: [{ role: 'user', content: 'Mend the kite' }],
    }),
  }),
  atif: id => ({
    'trajectory.json': JSON.stringify({
      schema_version: 'ATIF-v1.7',
      session_id: id,
      trajectory_id: id,
      agent: { name: 'mender', version: '1' },
      continued_trajectory_ref: id,
      steps: [
        { step_id: 1, source: 'user', message: 'Mend the kite' },
        {
          step_id: 2,
          source: 'agent',
          message: [{ type: 'image', source: { media_type: 'image/png', path: id } }],
          tool_calls: [{ tool_call_id: 'c', function_name: 'f', arguments: {} }],
          observation: { results: [{ source_call_id: 'c', subagent_trajectory_ref: [{ session_id: id, trajectory_path: id }] }] },
        },
      ],
    }),
  }),
}

const FORMATS = [...formatByName.keys()] as FormatName[]

/** An example of a format, which is one session; under a name with an id in it only where a file can have it. */
function exampleOf(format: FormatName, id: string): { [path: string]: string } {
  return formatByName.get(format)!.example(id, ['Mended.'])
}

describe('names out of logs', () => {
  for (const format of FORMATS)
    it(`never lead out of the folder, and never cost ${format} a session`, async () => {
      for (const id of ESCAPING)
        for (const make of [LINKED[format], (name: string) => exampleOf(format, name)]) {
          if (make === undefined) continue
          const files = make(id)
          const { units, rows } = await readLogs(folderWith(files), { format })
          const rejects = units.flatMap(({ outcomes }) => outcomes.flatMap(o => ('reject' in o ? [o.reject] : [])))
          const expected = make === LINKED[format] ? Object.keys(files).length : 1
          expect({ rejects, rows: rows.length }, JSON.stringify(id.slice(0, 40))).toEqual({ rejects: [], rows: expected })
        }
    })
})

describe('what is no regular file', () => {
  const isUnix = process.platform !== 'win32'

  /** Things beside the logs that would block for ever, or never end, if they were opened. */
  async function withThings<T>(format: FormatName, work: (root: string, expected: number) => Promise<T>): Promise<T> {
    const files = exampleOf(format, 'kite')
    const root = folderWith(files)
    const pipes = [...Object.keys(files), 'at the top'].flatMap(path => {
      const beside = [
        'x.jsonl',
        'x.json',
        'result.json',
        'reward.txt',
        'agent-9.jsonl',
        'agent-1.meta.json',
        'sessions-index.json',
        'session_index.jsonl',
        'sessions.json',
        'state.db',
        'log.jsonl.zst',
      ]
      return [...beside, '33333333-3333-4333-8333-333333333333.jsonl'].map(name => join(root, dirname(path), name))
    })
    for (const pipe of new Set(pipes)) execFileSync('mkfifo', [pipe])
    symlinkSync('/dev/zero', join(root, 'zero.jsonl'))
    symlinkSync(pipes[0]!, join(root, 'link.jsonl'))
    const server = createServer().listen(join(root, 'socket.jsonl'))
    try {
      return await work(root, 1)
    } finally {
      await new Promise(done => server.close(done))
    }
  }

  for (const format of FORMATS)
    it.runIf(isUnix)(`is never waited for beside logs of ${format}`, async () => {
      await withThings(format, async (root, expected) => {
        for (const given of [format, 'auto'] as const) expect((await readLogs(root, { format: given })).rows, given).toHaveLength(expected)
      })
    })

  it.runIf(isUnix)('is refused in one sentence where it is named outright', async () => {
    await withThings('codex', async root => {
      const named: [string, RegExp][] = [
        [join(root, 'x.jsonl'), /^Cannot read '.*x\.jsonl': found a named pipe, expected a folder or a regular file$/],
        [join(root, 'socket.jsonl'), /found a socket, expected a folder/],
        ['/dev/zero', /^Cannot read '\/dev\/zero': found a device, expected a folder or a regular file$/],
      ]
      for (const [path, message] of named)
        for (const format of ['auto', 'codex', 'claude_code', 'atif'] as const)
          await expect(readLogs(path, { format }), `${path} ${format}`).rejects.toThrow(message)
    })
  })
})
