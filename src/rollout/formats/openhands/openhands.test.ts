import { afterAll, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

async function said(reasoning: string | null, thought: string) {
  const event = (n: number, fields: object) => [
    `c/events/event-0000${n}-e${n}.json`,
    JSON.stringify({ id: `e${n}`, timestamp: `2026-06-01T10:00:0${n}`, ...fields }),
  ]
  const prompt = { kind: 'MessageEvent', source: 'user', llm_message: { role: 'user', content: [{ type: 'text', text: 'Dig' }] } }
  const action = {
    kind: 'ActionEvent',
    source: 'agent',
    llm_response_id: 'r1',
    tool_call_id: 't1',
    tool_name: 'dig',
    tool_call: { id: 't1', name: 'dig', arguments: '{}' },
    reasoning_content: reasoning,
    thought: [{ type: 'text', text: thought }],
  }
  const files = Object.fromEntries([event(0, prompt), event(1, action)])
  const message = (await readLogs(folderWith(files), { format: 'openhands' })).rows[0]!.messages[1]!
  return [message.reasoning_content ?? null, textOf(message.content)]
}

it.each([
  ['The bed is dry.', '<think>The bed is dry.\n</think>\n\n', ['The bed is dry.', '']],
  ['The bed is dry.\n', '\n<think>The bed is dry.</think>I dig.', ['The bed is dry.\n', 'I dig.']],
  ['The bed is dry.', '<think>It rains.</think>I dig.', ['The bed is dry.', '<think>It rains.</think>I dig.']],
  ['The bed is dry.', '<think>The bed is dry.', ['The bed is dry.', '<think>The bed is dry.']],
  [null, '<think>The bed is dry.</think>I dig.', [null, '<think>The bed is dry.</think>I dig.']],
])('gives a thought that stands in both places once: %j, %j', async (reasoning, thought, expected) => {
  expect(await said(reasoning, thought)).toEqual(expected)
})
