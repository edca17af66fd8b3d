import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { ChatServer, send } from '../src/model/testing/chat-server.ts'
import { startCli } from './cli-process.ts'

const SERVER = fileURLToPath(new URL('../src/model/testing/tool-server.mjs', import.meta.url))
const folders: string[] = []
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true })
})

/** A folder with a config whose column calls a tool of the server 'local', and a file that names this server. */
function scene(providers: unknown = { providers: [{ name: 'local', command: process.execPath, args: [SERVER] }] }): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-mcp-'))
  folders.push(folder)
  writeFileSync(join(folder, 'mcp_providers.yaml'), JSON.stringify(providers))
  writeFileSync(
    join(folder, 'config.yaml'),
    `model_configs: [{alias: m, model: m, provider: here, skip_health_check: true}]
tool_configs: [{tool_alias: box, providers: [local]}]
columns: [{column_type: llm-text, name: said, model_alias: m, prompt: Use a tool., tool_alias: box}]
`,
  )
  return folder
}

/** A model that asks for a sum, and then says what it was told. */
const calculating = () =>
  ChatServer.start(({ body }, _, response) => {
    const messages = body['messages'] as { role: string; content: string }[]
    const told = messages.find(({ role }) => role === 'tool')
    const call = { id: 'c1', type: 'function', function: { name: 'sum', arguments: '{"numbers":[2,3]}' } }
    const message = told === undefined ? { content: null, tool_calls: [call] } : { content: `It is ${told.content}.` }
    send(response, 200, { choices: [{ message, finish_reason: 'stop' }] })
  })

describe('--mcp-providers', () => {
  it.each([
    ['preview', ['--json', '-n', '1']],
    ['create', ['-n', '1', '-y', '-o', 'run']],
  ])(
    'lets the columns of %s call tools of the servers it names',
    async (command, more) => {
      await using model = await calculating()
      const cwd = scene()
      const args = [command, 'config.yaml', '--provider', `here=${model.endpoint}`, '--mcp-providers', 'mcp_providers.yaml', ...more]
      const { code, stdout, stderr } = await startCli(args, cwd).output
      expect(code, stderr).toBe(0)
      if (command === 'preview') expect(JSON.parse(stdout)).toMatchObject({ said: 'It is 5.' })
      const rows = await startCli(['query', 'run', 'select said from rows', '--json'], cwd).output
      if (command === 'create') expect(JSON.parse(rows.stdout)).toEqual({ said: 'It is 5.' })
    },
    60_000,
  )

  it('names itself where a server is missing', async () => {
    await using model = await calculating()
    const { code, stderr } = await startCli(['preview', 'config.yaml', '--provider', `here=${model.endpoint}`], scene()).output
    expect(code).toBe(2)
    expect(stderr).toBe(
      "tracewright: tools 'box': provider 'local' is no MCP server that is known. Name it: --mcp-providers FILE, or new DataDesigner({ mcpProviders: [ … ] })\n",
    )
  }, 60_000)

  it.each([
    ['holds no list', { local: { command: 'x' } }, /Cannot read MCP providers: found no list, expected 'providers:' and a list/],
    ['misspells a key', { providers: [{ name: 'local', comand: 'x' }] }, /Unknown key 'comand'.*Did you mean 'command'/],
  ])(
    'says what is wrong with a file that %s',
    async (_, providers, said) => {
      const { code, stderr } = await startCli(['validate', 'config.yaml', '--mcp-providers', 'mcp_providers.yaml'], scene(providers)).output
      expect(code).toBe(2)
      expect(stderr).toMatch(said)
    },
    60_000,
  )
})
