import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { LocalStdioMCPProvider } from '../../src/model/tools/mcp-provider.ts'
import { ToolConfig } from '../../src/model/tools/tool-config.ts'
import { ToolServers } from '../../src/model/tools/tool-servers.ts'

/*
 * An MCP server may say and do anything: it costs its own calls, and nothing else.
 */

const SERVER = fileURLToPath(new URL('tool-server.mjs', import.meta.url))

/** What a server of this kind offers, and what it answers to the last of these calls; or why it cannot be asked. */
async function asked(mode: string, seconds = 60, calls = ['{}']): Promise<{ tools: string[]; answers: unknown } | string> {
  const server = new LocalStdioMCPProvider({ name: 'there', command: process.execPath, args: [SERVER, mode] })
  const config = new ToolConfig({ toolAlias: 't', providers: ['there'], timeoutSec: seconds })
  const servers = new ToolServers([server], [config], false)
  try {
    const box = servers.box('t')
    const tools = (await box.tools()).map(({ name }) => name)
    let answers: unknown
    for (const args of calls) {
      const [message] = await box.answer([{ id: 'c', type: 'function', function: { name: 'echo', arguments: args } }], 1, undefined)
      answers = message!.content
    }
    return { tools, answers }
  } catch (error) {
    return (error as Error).message
  } finally {
    await servers[Symbol.asyncDispose]()
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  }
}

const text = (words: unknown) => ({ tools: ['echo'], answers: [{ type: 'text', text: words }] })

describe('a server that', () => {
  it.each<[string, unknown]>([
    ['fine', text('fine')],
    ['dies', text(expect.stringMatching(/^Error: .*Connection closed/))],
    ['floods', text(expect.stringMatching(/^Error: .*Connection closed/))],
    ['deep result', text(expect.stringMatching(/^Error: /))],
    ['prototypes', text('ok')],
    ['escapes', text('\u001b[2J done')],
    ['garbage', text('fine')],
    ['a long error', text(expect.stringMatching(/^Error: .*boom e+/))],
    ['other blocks', text(expect.stringMatching(/^Error: /))],
    ['requests of its own', text('fine')],
    ['two pages', { ...text('fine'), tools: ['echo', 'later'] }],
    ['names of objects', { ...text('fine'), tools: ['__proto__', 'constructor', 'echo'] }],
    ['one name twice', "Cannot offer tools: found 'echo' in 'there' and 'there'"],
    ['no schema', "Cannot list the tools of MCP server 'there': tools.1.inputSchema: Invalid input: expected object, received undefined"],
    ['deep schema', "Cannot list the tools of MCP server 'there': the parameters of 'echo' are deeper than 128 levels"],
    [
      'no last page',
      "Cannot list the tools of MCP server 'there': found no end of them after 2, expected at most 10000 and each page once",
    ],
    [
      'ever new pages',
      "Cannot list the tools of MCP server 'there': found no end of them after 12000, expected at most 10000 and each page once",
    ],
    ['empty pages', expect.stringMatching(/^Cannot list the tools of MCP server 'there': found no end of them after 0/)],
    [
      'long words',
      "Cannot list the tools of MCP server 'there': found more than 10485760 characters after 1 of them, expected at most so many",
    ],
    ['shapes of its own', text('ok')],
    ['dies at once', expect.stringMatching(/^Cannot reach MCP server 'there': .*Connection closed/)],
    ['floods at once', expect.stringMatching(/^Cannot reach MCP server 'there': .*Connection closed/)],
  ])('%s', async (mode, found) => expect(await asked(mode)).toEqual(found), 90_000)

  it('dies is started again for the next call', async () => {
    const dies = '{"text": "die"}'
    expect(await asked('dies once', 60, [dies])).toEqual(text(expect.stringMatching(/^Error: .*Connection closed/)))
    expect(await asked('dies once', 60, ['{}', dies, dies, '{}'])).toEqual(text('fine'))
  }, 90_000)

  it('hangs is given up in the time its config says', async () => {
    expect(await asked('hangs', 1)).toEqual(text(expect.stringMatching(/^Error: .*timed out/)))
  }, 90_000)
})
