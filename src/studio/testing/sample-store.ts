import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingestToStore } from '../../dataset/store/ingest.ts'

/** A record of a log of Claude Code, as far as it is said; the rest is filled in. */
export type LogRecord = { type: 'user' | 'assistant'; content: unknown; model?: string; usage?: object; more?: object }

/** Lines of a log: each record follows the one before it, a minute later. */
export function logOf(id: string, cwd: string, at: number, records: readonly LogRecord[]): string {
  return records
    .map(({ type, content, model = 'claude-sonnet-4-5', usage = { input_tokens: 1000, output_tokens: 200 }, more = {} }, i) => {
      const message =
        type === 'user'
          ? { role: 'user', content }
          : { id: `msg_${id}_${i}`, role: 'assistant', model, content, stop_reason: 'end_turn', usage }
      const place = { parentUuid: i === 0 ? null : `${id}-${i - 1}`, uuid: `${id}-${i}`, sessionId: id, cwd, version: '2.0.0' }
      return `${JSON.stringify({ type, message, ...place, timestamp: new Date(at + i * 60_000).toISOString(), ...more })}\n`
    })
    .join('')
}

/** A prompt, a call that fails, what the model says of it, and a person who corrects it. */
export function plainSession(subject: string): LogRecord[] {
  return [
    { type: 'user', content: `Plant the ${subject} in rows` },
    {
      type: 'assistant',
      content: [
        { type: 'thinking', thinking: `The ${subject} need sun` },
        { type: 'tool_use', id: `toolu_${subject}`, name: 'Bash', input: { command: `plant ${subject}`, description: 'Plant' } },
      ],
    },
    { type: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${subject}`, content: 'the ground is frozen', is_error: true }] },
    { type: 'assistant', content: [{ type: 'text', text: `**Planted** the ${subject}, see [the rows](https://example.com/rows)` }] },
    { type: 'user', content: `No, the ${subject} lie on the ground` },
    {
      type: 'assistant',
      content: [
        {
          type: 'tool_use',
          id: `toolu_${subject}_2`,
          name: 'Edit',
          input: { file_path: '/srv/garden/plan.md', old_string: 'lying\nsame', new_string: 'standing\nsame' },
        },
      ],
    },
    { type: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${subject}_2`, content: lines(40) }] },
    { type: 'assistant', content: [{ type: 'text', text: 'Now they stand' }] },
  ]
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `row ${i + 1}${i === 30 ? ' of the late sowing' : ''}`).join('\n')
}

/** Words that try to do something in a page. */
export const HOSTILE = [
  '<script>window.owned=1</script>',
  '<img src=x onerror="window.owned=1">',
  '<svg onload="window.owned=1"><script>window.owned=1</script></svg>',
  '<iframe src="https://evil.example/"></iframe>',
  '[click](javascript:window.owned=1) ![x](https://evil.example/p.png) <https://evil.example>',
  '"><style>*{display:none}</style><form action="https://evil.example">',
  '\u202egnol\u202c \u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u0007 \u0000',
  '{{constructor.constructor("window.owned=1")()}} $window.owned __proto__',
].join('\n')

/** A session in which everything is hostile: prompt, reasoning, answer, tool, arguments, result, model, folder, picture. */
export function hostileSession(): LogRecord[] {
  return [
    { type: 'user', content: HOSTILE },
    {
      type: 'assistant',
      model: '<b>model</b><script>window.owned=1</script>',
      content: [
        { type: 'thinking', thinking: HOSTILE },
        { type: 'text', text: HOSTILE },
        {
          type: 'tool_use',
          id: 'toolu_h',
          name: '<img src=x onerror=window.owned=1>',
          input: { command: HOSTILE, __proto__: HOSTILE, html: HOSTILE },
        },
      ],
    },
    {
      type: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_h',
          is_error: true,
          content: [
            { type: 'text', text: HOSTILE },
            {
              type: 'image',
              source: {
                type: 'base64',
                media_type: 'image/svg+xml',
                data: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.owned=1"/>').toString('base64'),
              },
            },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          ],
        },
      ],
    },
    {
      type: 'assistant',
      content: [
        {
          type: 'tool_use',
          id: 'toolu_e',
          name: 'Edit',
          input: { file_path: HOSTILE, old_string: HOSTILE, new_string: `${HOSTILE}\n<b>` },
        },
      ],
    },
    { type: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_e', content: HOSTILE }] },
    { type: 'assistant', content: [{ type: 'text', text: '# done\n\n```html\n<script>window.owned=1</script>\n```' }] },
  ]
}

/** A picture of one point. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** A store in a new folder; gives that folder, the store is in `store`. Times are reckoned from `now`. */
export async function sampleStore(now: number = Date.now()): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-studio-'))
  const write = (name: string, text: string) => {
    const path = join(folder, 'logs', '-p', name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
  const DAY = 86_400_000
  write('beans.jsonl', logOf('beans', '/srv/garden', now - DAY, withAgent('beans')))
  write(
    'beans/subagents/agent-a1.jsonl',
    logOf('beans', '/srv/garden', now - DAY + 30_000, agentWords()).replaceAll('"version"', '"isSidechain":true,"agentId":"a1","version"'),
  )
  write('peas.jsonl', logOf('peas', '/srv/garden', now - 2 * DAY, plainSession('peas')))
  write('stones.jsonl', logOf('stones', '/srv/wall', now - 40 * DAY, plainSession('stones')))
  write('hostile.jsonl', logOf('hostile', '/srv/<img src=x onerror=window.owned=1>', now - 3 * DAY, hostileSession()))
  await ingestSample(folder)
  return folder
}

/** Bring the store of a sample up to date with its logs. */
export async function ingestSample(folder: string): Promise<void> {
  await ingestToStore({ format: 'claude_code', path: join(folder, 'logs'), folder: join(folder, 'store'), workers: 1 })
}

function withAgent(subject: string): LogRecord[] {
  const plain = plainSession(subject)
  return [
    ...plain,
    {
      type: 'assistant',
      content: [
        {
          type: 'tool_use',
          id: 'toolu_agent',
          name: 'Task',
          input: { description: 'Count the rows', prompt: 'Count all rows of beans', subagent_type: 'counter' },
        },
      ],
    },
    {
      type: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_agent', content: 'There are twelve rows' }],
      more: { toolUseResult: { status: 'completed', agentId: 'a1', content: [{ type: 'text', text: 'There are twelve rows' }] } },
    },
    { type: 'assistant', content: [{ type: 'text', text: 'Twelve rows of beans stand' }] },
  ]
}

function agentWords(): LogRecord[] {
  return [
    { type: 'user', content: 'Count all rows of beans' },
    { type: 'assistant', content: [{ type: 'text', text: 'There are twelve rows' }] },
  ]
}
