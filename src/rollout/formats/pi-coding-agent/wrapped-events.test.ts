import { afterAll, expect, it } from 'vitest'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

/* The oldest generation keeps each event in a record of its own, and the messages besides. */

const answer = { role: 'assistant', content: [{ type: 'text', text: 'Watered.' }], provider: 'p', model: 'm', stopReason: 'stop' }
const header = { type: 'session', id: 'old', timestamp: '2026-05-04T09:00:00.000Z', cwd: '/srv', systemPrompt: 'You tend.', model: 'p/m' }
const wrapped = (second: number, event: object) => JSON.stringify({ type: 'event', timestamp: `2026-05-04T09:00:0${second}.000Z`, event })
const message = (second: number, message: object) =>
  JSON.stringify({ type: 'message', timestamp: `2026-05-04T09:00:0${second}.000Z`, message })

const EVENTS = [{ type: 'agent_start' }, { type: 'message_end', message: answer }, { type: 'turn_end', message: answer, toolResults: [] }]

it.each<[string, (line: string) => string]>([
  ['behind the event', line => `${line.slice(0, -1)}\n`],
  ['behind the event, with the next record glued on', line => line.slice(0, -1)],
  ['before the event', line => `${line.slice(line.indexOf('{', 1), -1)}\n`],
])('a record of an event that is torn %s gives no message, and no other reading of the log', async (_, torn) => {
  for (const event of EVENTS) {
    const lines = [
      message(1, { role: 'user', content: 'Water the beans' }),
      message(2, answer),
      message(3, { role: 'user', content: 'Thanks' }),
    ]
    const log = `${JSON.stringify(header)}\n${lines[0]}\n${torn(wrapped(2, event))}${lines[1]}\n${wrapped(2, event)}\n${lines[2]}\n`
    const { rows, units } = await readLogs(folderWith({ '2026-05-04T09-00-00-000Z_old.jsonl': log }))
    expect(rows[0]!.messages.map(({ role, content }) => `${role}: ${String(content[0]!['text'])}`)).toEqual([
      'system: You tend.',
      'user: Water the beans',
      'assistant: Watered.',
      'user: Thanks',
    ])
    expect(units[0]!.ledger.buckets.emitted + units[0]!.ledger.buckets.metadata).toBe(4)
  }
})
