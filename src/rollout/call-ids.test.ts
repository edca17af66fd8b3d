import { afterAll, describe, expect, it } from 'vitest'
import { expectAccounted } from './testing/expect-accounted.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

/*
 * Ids of calls are not always ids: some models number their calls anew in every response, and scrubbed logs have none. A result is of the
 * call that it was given for all the same.
 */

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000c1'

/** Calls and results in the order in which they were written: 'c1' is the first call, 'r1' its result; '|' begins another response. */
type Script = readonly string[]

const time = (i: number) => new Date(Date.UTC(2026, 4, 1, 10, 0, i)).toISOString()
const named = (key: string, id: string | null) => (id === null ? {} : { [key]: id })

/** A log of each agent in which these things happened; all calls have this id. */
const LOGS: { [agent: string]: (script: Script, id: string | null) => { [path: string]: string } } = {
  'Claude Code': (script, id) => {
    const records: object[] = []
    const record = (type: string, message: object) => {
      const uuid = `u${records.length}`
      const about = { isSidechain: false, cwd: '/srv', sessionId: ID, version: '2.1.90', uuid, timestamp: time(records.length) }
      records.push({ parentUuid: records.length === 0 ? null : `u${records.length - 1}`, ...about, type, message })
    }
    record('user', { role: 'user', content: 'Mend it' })
    let response = 0
    for (const step of script)
      if (step === '|') response++
      else if (step.startsWith('c')) {
        const content = [{ type: 'tool_use', ...named('id', id), name: 'cut', input: { step } }]
        record('assistant', { id: `msg_${response}`, type: 'message', role: 'assistant', model: 'maple-2', content })
      } else record('user', { role: 'user', content: [{ type: 'tool_result', ...named('tool_use_id', id), content: step }] })
    return { [`projects/-srv/${ID}.jsonl`]: jsonl(records) }
  },
  Codex: (script, id) => {
    const item = (payload: object, i: number) => ({ timestamp: time(i + 2), type: 'response_item', payload })
    const items = script.map((step, i) => {
      if (step === '|')
        return {
          timestamp: time(i + 2),
          type: 'event_msg',
          payload: { type: 'token_count', info: { last_token_usage: { input_tokens: i } } },
        }
      const made = { type: 'function_call', name: 'cut', arguments: JSON.stringify({ step }), ...named('call_id', id) }
      return item(step.startsWith('c') ? made : { type: 'function_call_output', output: step, ...named('call_id', id) }, i)
    })
    const head = { id: ID, timestamp: time(0), cwd: '/srv', originator: 'codex_cli_rs', cli_version: '0.100.0' }
    const asked = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Mend it' }] }
    const log = [{ timestamp: time(0), type: 'session_meta', payload: head }, item(asked, -1), ...items]
    return { [`sessions/2026/05/01/rollout-2026-05-01T10-00-00-${ID}.jsonl`]: jsonl(log) }
  },
  Pi: (script, id) => {
    const messages: object[] = [{ role: 'user', content: 'Mend it' }]
    for (const response of script.join(' ').split(' | ')) {
      const steps = response.split(' ')
      const calls = steps.filter(step => step.startsWith('c'))
      const content = calls.map(step => ({ type: 'toolCall', ...named('id', id), name: 'cut', arguments: { step } }))
      messages.push({ role: 'assistant', content, stopReason: 'toolUse' })
      for (const text of steps.filter(step => step.startsWith('r')))
        messages.push({ role: 'toolResult', ...named('toolCallId', id), toolName: 'cut', content: [{ type: 'text', text }] })
    }
    const entry = (message: object, i: number) => ({
      type: 'message',
      id: `e${i}`,
      parentId: i === 0 ? null : `e${i - 1}`,
      timestamp: time(i + 1),
      message,
    })
    const log = [{ type: 'session', version: 3, id: ID, timestamp: time(0), cwd: '/srv' }, ...messages.map(entry)]
    return { [`2026-05-01T10-00-00-000Z_${ID}.jsonl`]: jsonl(log) }
  },
  'Hermes Agent': (script, id) => {
    const session = { session_id: '20260501_100000_abcdef', model: 'maple-2', platform: 'cli', system_prompt: 'You mend.', tools: [] }
    const times = { session_start: '2026-05-01T10:00:00', last_updated: '2026-05-01T10:10:00' }
    const messages = chatOf(script, id)
    const log = JSON.stringify({ ...session, ...times, message_count: messages.length, messages })
    return { 'sessions/session_20260501_100000_abcdef.json': log }
  },
  'chat rows': (script, id) => ({ 'rows.jsonl': jsonl([{ id: 'row', messages: chatOf(script, id) }]) }),
}

function chatOf(script: Script, id: string | null): object[] {
  const messages: object[] = [{ role: 'user', content: 'Mend it' }]
  for (const response of script.join(' ').split(' | ')) {
    const steps = response.split(' ')
    const calls = steps.filter(step => step.startsWith('c'))
    const made = calls.map(step => ({
      ...named('id', id),
      type: 'function',
      function: { name: 'cut', arguments: JSON.stringify({ step }) },
    }))
    messages.push({ role: 'assistant', content: '', tool_calls: made })
    for (const content of steps.filter(step => step.startsWith('r'))) messages.push({ role: 'tool', ...named('tool_call_id', id), content })
  }
  return messages
}

/** Which results a row has, each with the call that it stands behind. */
async function pairsIn(files: { [path: string]: string }): Promise<string[]> {
  const reading = await readLogs(folderWith(files))
  expectAccounted(reading)
  const { messages } = reading.rows[0]!
  const calls = new Map(
    messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id, function: called }) => [id, JSON.parse(called.arguments).step])),
  )
  return messages.flatMap(({ role, content, tool_call_id: id }) => (role === 'tool' ? [`${calls.get(id!)}:${content[0]!['text']}`] : []))
}

describe.each(Object.keys(LOGS))('a log of %s', agent => {
  it.each<[string, Script, string[]]>([
    ['in every response', ['c1', 'r1', '|', 'c2', 'r2', '|', 'c3', 'r3'], ['c1:r1', 'c2:r2', 'c3:r3']],
    ['in one response', ['c1', 'c2', 'r1', 'r2'], ['c1:r1', 'c2:r2']],
    ['twice in each response', ['c1', 'c2', 'r1', 'r2', '|', 'c3', 'c4', 'r3', 'r4'], ['c1:r1', 'c2:r2', 'c3:r3', 'c4:r4']],
    ['again behind a call that was never answered', ['c1', '|', 'c2', 'r2', '|', 'c3', 'r3'], ['c2:r2', 'c3:r3']],
  ])('in which one id comes %s has each result behind its call', async (_, script, pairs) => {
    expect(await pairsIn(LOGS[agent]!(script, 'call_0'))).toEqual(pairs)
  })

  it('without ids has each result behind its call', async () => {
    expect(await pairsIn(LOGS[agent]!(['c1', 'r1', '|', 'c2', 'r2'], null))).toEqual(['c1:r1', 'c2:r2'])
  })
})

it('keeps a result of VS Code that names no call', async () => {
  const results = { made: { content: [{ value: 'cut' }] }, lost: { content: [{ value: 'a result that no call asked for' }] } }
  const rounds = [{ id: 'round', response: 'Cutting.', toolCalls: [{ id: 'made', name: 'cut', arguments: '{}' }] }]
  const request = {
    requestId: 'request_1',
    message: { text: 'Mend it' },
    response: [{ value: 'Mended.' }],
    timestamp: Date.UTC(2026, 4, 1),
    result: { metadata: { toolCallRounds: rounds, toolCallResults: results } },
  }
  const session = { version: 3, sessionId: ID, creationDate: Date.UTC(2026, 4, 1), initialLocation: 'panel', requests: [] }
  const reading = await readLogs(
    folderWith({
      [`chatSessions/${ID}.jsonl`]: jsonl([
        { kind: 0, v: session },
        { kind: 2, k: ['requests'], v: [request] },
      ]),
    }),
  )
  expectAccounted(reading)
  const [row] = reading.rows
  expect(row!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
  const orphans = row!.diagnostics.filter(({ code }) => code === 'orphan_result')
  expect(orphans.map(({ detail }) => JSON.stringify(detail))).toEqual([expect.stringContaining('a result that no call asked for')])
})
