import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../json/json.ts'
import { readServerResult } from './server-result.ts'

const read = (type: string, content: JsonObject | JsonObject[]) => {
  const { content: blocks, isError, extra } = readServerResult({ type, tool_use_id: 'srvtoolu_1', content })
  return { texts: blocks.map(block => block['text'] ?? block.type), isError, extra }
}

describe('readServerResult()', () => {
  it.each([
    ['advisor_tool_result', { type: 'advisor_result', text: 'Dig deeper.' }, ['Dig deeper.'], null],
    ['advisor_tool_result', { type: 'advisor_tool_result_error', error_code: 'unavailable' }, ['unavailable'], true],
    ['web_search_tool_result', { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' }, ['max_uses_exceeded'], true],
    ['any_new_tool_result', { type: 'any_new_error', error_code: 'x', error_message: 'Too wet' }, ['Too wet', 'x'], true],
    ['bash_code_execution_tool_result', { type: 'bash_code_execution_result', stdout: '3\n', stderr: '', return_code: 0 }, ['3\n'], null],
    [
      'bash_code_execution_tool_result',
      { type: 'bash_code_execution_result', stdout: 'a', stderr: 'no spade', return_code: 2 },
      ['a', 'no spade'],
      true,
    ],
    ['code_execution_tool_result', { type: 'code_execution_result', stdout: '', stderr: '', return_code: 0, content: [] }, [], null],
    [
      'web_fetch_tool_result',
      { type: 'web_fetch_result', url: 'https://example.com', content: { type: 'document', source: { type: 'text', data: 'Page' } } },
      ['Page'],
      null,
    ],
    [
      'mcp_tool_result',
      [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
      ['one', 'two'],
      null,
    ],
  ])('%s %j', (type, content, texts, isError) => {
    expect(read(type, content as JsonObject)).toMatchObject({ texts, isError })
  })

  it('says how a program ended', () => {
    expect(read('x_tool_result', { type: 'x_result', stdout: 'a', return_code: 137 }).extra).toEqual({
      server_tool: 'x_tool_result',
      exit_code: 137,
    })
  })

  it.each([
    { type: 'advisor_redacted_result', encrypted_content: 'QUJD' },
    { type: 'encrypted_code_execution_result', encrypted_stdout: 'QUJD' },
  ])('counts what only the provider can read: %j', content => {
    expect(read('advisor_tool_result', content)).toMatchObject({ texts: [], extra: { redacted: true } })
  })

  it('keeps what a search found, without what is encrypted, and names found tools', () => {
    const found = [{ type: 'web_search_result', title: 'Beds', url: 'https://example.com', encrypted_content: 'QUJD' }]
    expect(read('web_search_tool_result', found).texts).toEqual([
      JSON.stringify([{ type: 'web_search_result', title: 'Beds', url: 'https://example.com' }]),
    ])
    const tools = { type: 'tool_search_tool_search_result', tool_references: [{ type: 'tool_reference', tool_name: 'Hoe' }] }
    expect(read('tool_search_tool_result', tools)).toMatchObject({ texts: [], extra: { tool_references: ['Hoe'] } })
  })
})
