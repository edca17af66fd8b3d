import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { promptMessages, textOf, traceMessage, withLastUserText } from './messages.ts'

const oracle = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, 'cases', name), 'utf8'))

describe('promptMessages()', () => {
  for (const { input, expected } of oracle('prompt_to_messages.json'))
    it(`makes the reference's messages of ${JSON.stringify(input)}`, () => {
      const { user_prompt, system_prompt, multi_modal_context } = input
      expect(promptMessages(user_prompt, { systemPrompt: system_prompt, context: multi_modal_context })).toEqual(expected)
    })
})

describe('traceMessage()', () => {
  for (const { content, fields, expected } of oracle('chat_message_to_dict.json'))
    it(`makes the reference's message of ${JSON.stringify(fields ?? content)}`, () => {
      expect(traceMessage(fields ?? { role: 'user', content })).toEqual(expected)
    })
})

describe('withLastUserText()', () => {
  it('changes the text after the images of the last user message, and nothing else', () => {
    const image = { type: 'image_url', image_url: 'u' }
    const messages = [
      ...promptMessages('first'),
      ...promptMessages('last', { context: [image] }),
      { role: 'assistant' as const, content: 'a' },
    ]
    const changed = withLastUserText(messages, text => `${text}!`)
    expect(changed.map(({ content }) => textOf(content))).toEqual(['first', 'last!', 'a'])
    expect(changed[1]!.content[0]).toEqual(image)
  })
})
