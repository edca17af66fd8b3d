import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { ChatServer, say, send } from '../src/model/testing/chat-server.ts'
import { startCli } from './cli-process.ts'
import { cli } from './shard-scene.ts'

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

  it('lets check-models tell which tools there are, and which servers do not answer', async () => {
    await using model = await ChatServer.start((_, __, response) => say(response, 'Hi'))
    const far = { name: 'far', provider_type: 'streamable_http', endpoint: 'http://127.0.0.1:1/mcp' }
    const cwd = scene({ providers: [{ name: 'local', command: process.execPath, args: [SERVER, 'sum', 'wait'] }, far] })
    const check = async (config: string, ...more: string[]) => {
      const servers = ['--provider', `here=${model.endpoint}`, '--mcp-providers', 'mcp_providers.yaml', '--json']
      const { code, stdout } = await startCli(['check-models', config, ...servers, ...more], cwd).output
      return {
        code,
        lines: stdout
          .trim()
          .split('\n')
          .map(line => JSON.parse(line)),
      }
    }
    const answers = { alias: 'm', model: 'm', provider: 'here', error: null }
    expect(await check('config.yaml')).toEqual({
      code: 0,
      lines: [answers, { tool_alias: 'box', providers: ['local'], tools: ['sum', 'wait'], error: null }],
    })
    const whole = readFileSync(join(cwd, 'config.yaml'), 'utf8')
    writeFileSync(join(cwd, 'far.yaml'), whole.replace('[local]', '[far]'))
    const unanswered = await check('far.yaml')
    expect(unanswered).toMatchObject({ code: 1, lines: [answers, { tool_alias: 'box', tools: null }] })
    expect(unanswered.lines[1].error).toContain("Cannot reach MCP server 'far'")
    writeFileSync(join(cwd, 'more.yaml'), whole.replace('[local]', '[local], allow_tools: [sum, sun]'))
    expect((await check('more.yaml')).lines[1].error).toContain("There is no tool 'sun'")
    writeFileSync(join(cwd, 'none.yaml'), whole.replace('[local]', '[none]'))
    expect((await check('none.yaml')).lines[1].error).toContain("Unknown MCP server 'none'")
  }, 60_000)

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

it('servers of tools travel in a plan: shards are made from another folder, with the secrets of their machine', async () => {
  await using model = await calculating()
  const cwd = scene({ providers: [{ name: 'local', command: process.execPath, args: ['tools.mjs'], env: { LAB_KEY: 'never-planned' } }] })
  writeFileSync(join(cwd, 'tools.mjs'), `if (!process.env.LAB_KEY) process.exit(1)\nawait import(${JSON.stringify(SERVER)})\n`)
  const elsewhere = mkdtempSync(join(tmpdir(), 'tracewright-elsewhere-'))
  folders.push(elsewhere)
  const home = join(elsewhere, 'home')
  const plan = ['plan', 'config.yaml', '-o', home, '--of', '2', '-n', '2', '-y', '--provider', `here=${model.endpoint}`]
  await cli([...plan, '--mcp-providers', 'mcp_providers.yaml'], cwd)
  expect(readFileSync(join(home, 'shards', 'plan.json'), 'utf8')).not.toContain('never-planned')
  expect(await cli(['create', '-o', 'home', '--shard', '0/2'], elsewhere, 2)).toContain(
    "'LAB_KEY' in its environment, whose value plans do not keep",
  )
  expect(await cli(['create', '-o', 'home', '--shard', '0/1', '--of', '2'], elsewhere, 0, { LAB_KEY: 'own' })).toMatch(
    /Shard 0: done[\s\S]*Shard 1: done/,
  )
  await cli(['merge', 'home'], elsewhere)
  expect((await cli(['query', 'home', 'select said from rows', '--json'], elsewhere)).trim().split('\n')).toEqual(
    Array(2).fill('{"said":"It is 5."}'),
  )
}, 120_000)
