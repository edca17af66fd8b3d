import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import type { Row } from '../../row.ts'
import { exportDataset } from '../export/export.ts'
import { byteTokenizer } from '../testing/byte-tokenizer.ts'
import { ChatTemplate } from './chat-template.ts'
import { HuggingFaceTokenizer } from './hugging-face.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-template-'))
const model = join(folder, 'tokenizer.json')
writeFileSync(model, byteTokenizer())
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => void vi.useRealTimers())

const templateOf = (source: string) =>
  new ChatTemplate(source, new HuggingFaceTokenizer({ name: 'bytes', tokenizer: byteTokenizer(), config: null, template: null }))

it.each([
  ['content that is null', '{{ messages[0].content is defined }}', { role: 'assistant', content: null }, 'False'],
  ['calls that are null', '{{ messages[0].tool_calls is defined }}', { role: 'assistant', tool_calls: null }, 'False'],
  ['reasoning', '{{ messages[0].thinking }}', { role: 'assistant', reasoning_content: 'Hm.' }, 'Hm.'],
  ['thinking', '{{ messages[0].reasoning_content }}', { role: 'assistant', thinking: 'Hm.' }, 'Hm.'],
  ['reasoning by its short name', '{{ messages[0].reasoning_content }}', { role: 'assistant', reasoning: 'Hm.' }, 'Hm.'],
  ['no reasoning', '{{ messages[0].thinking is defined }}', { role: 'assistant', reasoning_content: null }, 'False'],
])('hands %s to a template as transformers does', (_, source, message, text) => {
  expect(templateOf(source).render({ messages: [message], tools: null })).toBe(text)
})

const DATED =
  '{{ strftime_now("%Y-%m-%d, %B %H:%M") }}|{% for m in messages %}{% if m.role == "assistant" %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}'

it.each([
  ['2026-02-28T23:59:30.000Z', '2026-02-28, February 23:59|Hello?Hello.'],
  ['2026-03-01T00:00:00+05:00', '2026-02-28, February 19:00|Hello?Hello.'],
  ['some day', '2026-09-05, September'],
])('writes into tokens when a session began, and where that is not known the day of the export: %s', async (started, text) => {
  const chatTemplate = join(folder, 'dated.jinja')
  writeFileSync(chatTemplate, DATED)
  const messages = [
    { role: 'user', content: 'Hello?' },
    { role: 'assistant', content: 'Hello.' },
  ]
  const row = { trace_id: 'a', messages, message_meta: [{}, {}], started_at: started } as unknown as Row
  vi.useFakeTimers({ now: new Date(2026, 8, 5, 10), toFake: ['Date'] })
  const output = join(folder, 'dated')
  const report = await exportDataset([row], { output, for: 'pretokenized', codec: 'jsonl', model, chatTemplate, force: true })
  const { input_ids: ids } = JSON.parse(readFileSync(join(output, report.splits[0]!.files[0]!), 'utf8')) as { input_ids: number[] }
  expect(Buffer.from(ids).toString()).toContain(text)
})
