import { afterAll, describe, expect, it } from 'vitest'
import { writeJson } from '../json/exact.ts'
import type { FormatName } from './known-formats.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const NUMBERS = '{"id":1234567890123456789,"whole":1.0,"long":1234567890123456789012345678901234567890,"half":0.5}'
const at = (second: number) => `2026-08-01T10:00:0${second}Z`

type Case = [what: string, format: FormatName, files: { [path: string]: string }]

const claude = (uuid: string, parent: string | null, rest: string) =>
  `{"uuid":"${uuid}","parentUuid":${parent === null ? null : `"${parent}"`},"sessionId":"s","timestamp":"${at(1)}","version":"2.1.230",${rest}}\n`
const claudeLog = (result: string, last = '') =>
  claude('u1', null, '"type":"user","message":{"role":"user","content":"Dig"}') +
  claude(
    'a1',
    'u1',
    '"type":"assistant","message":{"id":"m1","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"t1","name":"dig","input":{}}],"stop_reason":"tool_use"}',
  ) +
  claude('u2', 'a1', `"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":${result}}]}`) +
  last
const codex = (type: string, payload: string) => `{"timestamp":"${at(2)}","type":"${type}","payload":${payload}}\n`
const codexHead = codex('session_meta', '{"id":"s","timestamp":"2026-08-01T10:00:00Z","cwd":"/w","cli_version":"0.149.0"}')
const atif = (step: string) =>
  `{"schema_version":"ATIF-v1.7","session_id":"s","agent":{"name":"t","version":"1"},"steps":[{"step_id":1,"source":"user","message":"Dig"},{"step_id":2,"source":"agent","message":"Dug.",${step}}]}`
const pi = (id: string, parent: string | null, message: string) =>
  `{"type":"message","id":"${id}","parentId":${parent === null ? null : `"${parent}"`},"timestamp":"${at(3)}","message":${message}}\n`
const hermes = (rest: string) =>
  `{"role":"session_meta","model":"m","platform":"x"}\n{"role":"user","content":"Dig","timestamp":1767225601.0}\n${rest}\n`

const CASES: Case[] = [
  ['an unknown block of a result', 'claude_code', { 's.jsonl': claudeLog(`[{"type":"odd","data":${NUMBERS}}]`) }],
  [
    'schemas of tools',
    'claude_code',
    {
      's.jsonl': claudeLog(
        '"Dug."',
        claude(
          'x',
          'u2',
          `"type":"attachment","attachment":{"type":"prompt_snapshot","systemPrompt":["Dig."],"tools":[{"name":"dig","description":"","schema":{"type":"object","default":${NUMBERS}}}]}`,
        ),
      ),
    },
  ],
  [
    'an output that is no text',
    'codex',
    {
      'rollout-2026-08-01T10-00-00-s.jsonl':
        codexHead +
        codex('response_item', '{"type":"message","role":"user","content":[{"type":"input_text","text":"Dig"}]}') +
        codex('response_item', '{"type":"function_call","name":"dig","arguments":"{}","call_id":"c"}') +
        codex('response_item', `{"type":"function_call_output","call_id":"c","output":${NUMBERS}}`),
    },
  ],
  ['extra of a step', 'atif', { 'trajectory.json': atif(`"extra":${NUMBERS}`) }],
  [
    'extra of a call',
    'atif',
    {
      'trajectory.json': atif(
        `"tool_calls":[{"tool_call_id":"c","function_name":"dig","arguments":{}}],"observation":{"results":[{"source_call_id":"c","content":"d","extra":${NUMBERS}}]}`,
      ),
    },
  ],
  [
    'details of a result',
    'pi_coding_agent',
    {
      '2026-08-01_s.jsonl':
        `{"type":"session","version":3,"id":"s","timestamp":"${at(0)}","cwd":"/w"}\n` +
        pi('a', null, '{"role":"user","content":"Dig","timestamp":1785578400000}') +
        pi(
          'b',
          'a',
          '{"role":"assistant","content":[{"type":"toolCall","id":"c","name":"dig","arguments":{}}],"stopReason":"toolUse","timestamp":1785578401000}',
        ) +
        pi(
          'c',
          'b',
          `{"role":"toolResult","toolCallId":"c","toolName":"dig","content":[{"type":"text","text":"d"}],"details":${NUMBERS},"timestamp":1785578402000}`,
        ),
    },
  ],
  [
    'what a gateway says of itself',
    'hermes_agent',
    {
      '20260801_100000_aaaaaa.jsonl': hermes('{"role":"assistant","content":"Dug."}').replace('"platform"', `"chat":${NUMBERS},"platform"`),
    },
  ],
  ['content that is no text', 'hermes_agent', { '20260801_100000_aaaaaa.jsonl': hermes(`{"role":"assistant","content":${NUMBERS}}`) }],
]

describe('Numbers in a log', () => {
  it.each(CASES)('reach the row as they were written: %s (%s)', async (_, format, files) => {
    const { rows } = await readLogs(folderWith(files), { format })
    const text = writeJson(rows)
    expect(text.includes(NUMBERS) || text.includes(JSON.stringify(NUMBERS).slice(1, -1))).toBe(true)
  })

  it('are computed with as numbers where they were written as floats: times and tokens', async () => {
    const log = '{"role":"assistant","content":"Dug.","timestamp":1767225602.0,"finish_reason":"stop"}'
    const { rows } = await readLogs(folderWith({ '20260801_100000_aaaaaa.jsonl': hermes(log) }), { format: 'hermes_agent' })
    expect(rows[0]!.ended_at).toBe('2026-01-01T00:00:02.000Z')
    const step = '"metrics":{"prompt_tokens":10.0,"completion_tokens":2.0,"cost_usd":1.0}'
    const trial = await readLogs(folderWith({ 'trajectory.json': atif(step) }), { format: 'atif' })
    expect(trial.rows[0]!.usage).toMatchObject({ input_tokens: 10, output_tokens: 2, cost_usd: 1 })
  })

  it('are ids as good as texts are', async () => {
    const log = '{"role":"user","content":"More","timestamp":1767225603.0,"message_id":1234567890123456789}'
    const { rows } = await readLogs(folderWith({ '20260801_100000_aaaaaa.jsonl': hermes(log) }), { format: 'hermes_agent' })
    expect(rows[0]!.message_meta.at(-1)!.id).toBe('1234567890123456789')
  })
})
