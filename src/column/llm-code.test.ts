import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ChatServer, say } from '../model/testing/chat-server.ts'
import { type CodeLang, LLMCodeColumnConfig } from './llm-code.ts'
import { cellOf } from './testing/fill.ts'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../model/cases/${name}.json`, import.meta.url), 'utf8'))
const recipes = read('recipe_prompts') as { [name: string]: { syntax: CodeLang; expected_user_prompt: string } }
const replies = read('code_response_parsing') as { valid: { response: string; expected: string }[]; invalid: string[] }

const column = (codeLang: CodeLang) => new LLMCodeColumnConfig({ name: 'code', modelAlias: 'writer', prompt: '{{ text }}', codeLang })
const row = { text: 'PROMPT' }

describe('LLMCodeColumnConfig', () => {
  it.each(['code', 'code_sql'])('asks in the words of the recipe: %s', async name => {
    const { syntax, expected_user_prompt } = recipes[name]!
    await using server = await ChatServer.start((_seen, _n, response) => say(response, '```\nx\n```'))
    await cellOf(column(syntax), row, server)
    expect(server.seen[0]!.body['messages']).toEqual([{ role: 'user', content: expected_user_prompt }])
  })

  it.each(replies.valid)('stores the code of $response', async ({ response: text, expected }) => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, text))
    expect(await cellOf(column('python'), row, server)).toBe(expected)
  })

  it.each(replies.invalid)('asks again after %j', async text => {
    await using server = await ChatServer.start((_seen, n, response) => say(response, n === 1 ? text : '```python\nok\n```'))
    expect(await cellOf(column('python'), row, server)).toBe('ok')
    expect(server.seen).toHaveLength(2)
  })

  it('refuses a language nobody knows, with the nearest', () => {
    expect(() => column('sql:postgress' as CodeLang)).toThrow(expect.objectContaining({ hint: "Did you mean 'sql:postgres'?" }))
  })
})
