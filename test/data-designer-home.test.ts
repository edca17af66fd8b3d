import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parquet } from '../src/codec/parquet.ts'
import { ChatServer, say } from '../src/model/testing/chat-server.ts'
import { readDataDesignerHome } from '../src/pipeline/settings/data-designer-home.ts'
import { startCli } from './cli-process.ts'

/*
 * The files that Data Designer keeps in its home folder, as its `config` commands write them.
 */

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-dd-home-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Files = { [name: string]: string }

function home(name: string, files: Files): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

const providersAt = (endpoint: string) => `providers:
- name: lab
  endpoint: ${endpoint}
  provider_type: openai
  api_key: LAB_API_KEY
  extra_body: null
  extra_headers: null
`
const MODELS = `model_configs:
- alias: house
  model: house-7b
  inference_parameters:
    generation_type: chat-completion
    max_parallel_requests: 4
    temperature: 0.25
    top_p: 0.9
  provider: lab
  skip_health_check: true
- alias: nvidia-text
  model: house-of-our-own
  provider: lab
`
const MCP = `providers:
- provider_type: stdio
  name: shelf
  command: node
  args: [server.mjs]
- provider_type: streamable_http
  name: far
  endpoint: http://127.0.0.1:1/mcp
  api_key: FAR_KEY
`
const TOOLS = `tool_configs:
- tool_alias: finder
  providers: [shelf]
  allow_tools: [find]
`
const whole = (endpoint = 'http://127.0.0.1:1/v1'): Files => ({
  'model_providers.yaml': providersAt(endpoint),
  'model_configs.yaml': MODELS,
  'mcp_providers.yaml': MCP,
  'tool_configs.yaml': TOOLS,
})

function config(name: string, columns: object[]): string {
  writeFileSync(join(folder, name), JSON.stringify({ columns }))
  return name
}
const asks = (name: string, model_alias: string, more: object = {}) => ({
  column_type: 'llm-text',
  name,
  model_alias,
  prompt: 'Tell',
  ...more,
})
const run = (args: string[], env: { [name: string]: string } = {}) => startCli(args, folder, env).output

describe('readDataDesignerHome', () => {
  it('gives what all four files hold, keys as names of variables', () => {
    const read = readDataDesignerHome(home('whole', whole()))
    expect(read.files).toEqual(['model_providers.yaml', 'model_configs.yaml', 'mcp_providers.yaml', 'tool_configs.yaml'])
    expect(read.modelProviders.map(({ name, apiKey }) => [name, apiKey])).toEqual([['lab', 'LAB_API_KEY']])
    expect(read.modelConfigs.map(({ alias, model }) => [alias, model])).toEqual([
      ['house', 'house-7b'],
      ['nvidia-text', 'house-of-our-own'],
    ])
    expect(read.mcpProviders.map(({ name, providerType }) => [name, providerType])).toEqual([
      ['shelf', 'stdio'],
      ['far', 'streamable_http'],
    ])
    expect(read.toolConfigs.map(({ toolAlias }) => toolAlias)).toEqual(['finder'])
  })

  it('has datasets of persons, for which alone it may be named', async () => {
    const path = home('persons', {})
    mkdirSync(join(path, 'managed-assets', 'datasets'), { recursive: true })
    const writer = parquet.write(join(path, 'managed-assets', 'datasets', 'en_GB.parquet'))
    for (const first_name of ['Ann', 'Bo'])
      await writer.write({ first_name, last_name: 'Hill', age: 30, sex: first_name === 'Bo' ? 'Male' : 'Female' })
    await writer.close()
    expect(readDataDesignerHome(path)).toMatchObject({ files: [], managedAssetsPath: join(path, 'managed-assets') })
    const params = { locale: 'en_GB', sex: 'Male' }
    const drawing = config('persons.json', [{ column_type: 'sampler', name: 'who', sampler_type: 'person', params }])
    const { stdout } = await run(['preview', drawing, '--data-designer', 'persons', '--json', '-n', '2'])
    expect(stdout.match(/"first_name":\s*"Bo"/g)).toHaveLength(2)
    const unnamed = await run(['create', drawing, '-o', 'no-persons', '-n', '1', '--yes'])
    expect(unnamed.stderr).toContain("column 'who': Cannot draw persons of locale en_GB: nobody says where the Nemotron Personas are")
    expect(unnamed.code).not.toBe(0)
  })

  it('takes what is there: any of the files, also an older one with its default', () => {
    const old = `default: lab\n${providersAt('http://127.0.0.1:1/v1')}`
    expect(readDataDesignerHome(home('old', { 'model_providers.yaml': old }))).toMatchObject({ modelConfigs: [], toolConfigs: [] })
  })

  it('tells all mistakes of all files at once, with place and guess', () => {
    const path = home('wrong', {
      'model_providers.yaml': 'providers:\n- {name: lab, endpont: http://127.0.0.1:1/v1}\n- 7\n',
      'model_configs.yaml':
        'model_configs:\n- {alias: house, model: m, provider: lab, inference_parameters: {temprature: 1}}\n- {alias: house, model: n, provider: nvidia}\n- {model: n}\n',
      'mcp_providers.yaml': 'providers: {a: b}\n',
      'tool_configs.yaml': 'tool_configs:\n- {tool_alias: t, providers: [a]\n',
    })
    let told = ''
    try {
      readDataDesignerHome(path)
    } catch (error) {
      told = (error as Error).message
    }
    for (const part of [
      /model_providers\.yaml: provider 'lab': Unknown key 'endpont': .*Did you mean 'endpoint'\?/,
      /model_providers\.yaml: providers\[1\]: found 7, expected an object/,
      /model_configs\.yaml: model 'house': Unknown key 'temprature': .*Did you mean 'temperature'\?/,
      /model_configs\.yaml: model_configs\[1\]: there are two by the name 'house'/,
      /model_configs\.yaml: a model config: alias: found nothing/,
      /mcp_providers\.yaml: Cannot read MCP providers: found no list/,
      /tool_configs\.yaml:\d+:\d+: Cannot parse tools/,
    ])
      expect(told).toMatch(part)
    expect(told).not.toContain('\u{FFFFE}')
  })

  it('holds models to the providers there are', () => {
    const path = home('astray', { ...whole(), 'model_configs.yaml': 'model_configs:\n- {alias: a, model: m, provider: labb}\n' })
    expect(() => readDataDesignerHome(path)).toThrow(expect.objectContaining({ hint: "Did you mean 'lab'?" }))
  })

  it('says what it expected where there is nothing', () => {
    expect(() => readDataDesignerHome(join(folder, 'nowhere'))).toThrow('there is no such folder, expected model_providers.yaml')
    expect(() => readDataDesignerHome(home('empty', {}))).toThrow('it has none of them')
  })
})

describe('on the command line', () => {
  it('a config may name its models and tools, when it is named', async () => {
    const dir = home('named', whole())
    const path = config('named.json', [asks('a', 'house', { tool_alias: 'finder' })])
    const without = await run(['validate', path])
    expect([without.code, without.stderr]).toEqual([2, expect.stringMatching(/'house' is not defined[\s\S]*'finder' is not defined/)])
    for (const [args, env] of [
      [['--data-designer', dir], {}],
      [[], { DATA_DESIGNER_HOME: dir }],
      [
        [
          ...['--providers', join(dir, 'model_providers.yaml'), '--models', join(dir, 'model_configs.yaml')],
          ...['--mcp-providers', join(dir, 'mcp_providers.yaml'), '--tool-configs', join(dir, 'tool_configs.yaml')],
        ],
        {},
      ],
    ] as [string[], { [name: string]: string }][]) {
      const valid = await run(['validate', path, ...args], env)
      expect([valid.code, valid.stderr]).toEqual([0, expect.not.stringMatching(/not defined|no MCP server/)])
    }
  })

  it('models of it are asked as it says, and the run can go on without it', async () => {
    await using server = await ChatServer.start((_, __, response) => say(response, 'told'))
    const dir = home('asked', whole(server.endpoint))
    const path = config('asked.json', [asks('a', 'house'), asks('b', 'nvidia-text')])
    const env = { LAB_API_KEY: 'k3y-of-the-lab' }
    const made = await run(['create', path, '-o', 'made', '-n', '2', '--data-designer', dir], env)
    expect(made.code, made.stderr).toBe(0)
    const bodies = server.seen.map(({ body }) => body)
    expect(bodies.filter(({ model }) => model === 'house-7b')).not.toHaveLength(0)
    expect(bodies.find(({ model }) => model === 'house-7b')).toMatchObject({ temperature: 0.25, top_p: 0.9 })
    expect(bodies.map(({ model }) => model)).toContain('house-of-our-own')
    expect(server.seen.every(({ headers }) => headers.authorization === 'Bearer k3y-of-the-lab')).toBe(true)
    // What columns named is written out in the run, and no key.
    const kept = readFileSync(join(folder, 'made/config.json'), 'utf8') + readFileSync(join(folder, 'made/manifest.json'), 'utf8')
    expect(kept).toContain('house-7b')
    expect(kept).not.toContain('k3y-of-the-lab')
    writeFileSync(join(dir, 'model_configs.yaml'), MODELS.replace('house-7b', 'house-8b'))
    const changed = await run(['create', path, '-o', 'made', '--resume', '--data-designer', dir], env)
    expect(changed.stdout + changed.stderr).toContain("model 'house'")
  })

  it('models lists them before the predefined, and where each is from', async () => {
    const { stdout } = await run(['models', '--json', '--data-designer', home('listed', whole())], { LAB_API_KEY: 'k' })
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.slice(0, 2)).toMatchObject([
      { alias: 'house', provider: 'lab', key: 'LAB_API_KEY is set', from: 'settings' },
      { alias: 'nvidia-text', model: 'house-of-our-own', from: 'settings' },
    ])
    expect(lines.filter(({ alias }) => alias === 'nvidia-text')).toHaveLength(1)
    expect(lines.find(({ alias }) => alias === 'openai-text')).toMatchObject({ from: 'predefined' })
  })

  it('check-models asks those of it where no config is named, and refuses to check nothing', async () => {
    await using server = await ChatServer.start((_, __, response) => say(response, 'Hi'))
    const dir = home('checked', whole(server.endpoint))
    const checked = await run(['check-models', '--data-designer', dir], { LAB_API_KEY: 'k' })
    expect([checked.code, checked.stdout]).toEqual([
      0,
      'house (house-7b at lab): answers\nnvidia-text (house-of-our-own at lab): answers\n',
    ])
    const nothing = await run(['check-models'])
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('expected a config, --models FILE or --data-designer DIR')])
  })

  it('agent tells of them, and of no key', async () => {
    const dir = home('told', {
      ...whole(),
      'model_providers.yaml': providersAt('http://127.0.0.1:1/v1').replace('LAB_API_KEY', 'k3y-of-the-lab'),
    })
    const { stdout } = await run(['agent', '--data-designer', dir])
    const told = JSON.parse(stdout)
    expect(told.model_configs.named[0]).toMatchObject({ alias: 'house', key: 'given' })
    expect(told.tool_configs.named).toMatchObject([{ tool_alias: 'finder' }])
    expect(told.mcp_providers).toEqual([
      { name: 'shelf', provider_type: 'stdio' },
      { name: 'far', provider_type: 'streamable_http' },
    ])
    expect(stdout).not.toContain('k3y-of-the-lab')
  })

  it('all mistakes of all files that are named are told in one round', async () => {
    const dir = home('both', { 'tool_configs.yaml': 'tool_configs: [{tool_alais: t, providers: [a]}]\n' })
    writeFileSync(join(folder, 'p.yaml'), 'providers: [{nam: x, endpoint: http://127.0.0.1:1}]\n')
    const { code, stderr } = await run(['models', '--providers', 'p.yaml', '--models', 'none.yaml', '--data-designer', dir])
    expect(code).toBe(2)
    for (const part of [
      "p.yaml: a model provider: name: found nothing, expected text. Is it what stands as 'nam'?",
      "Cannot read models 'none.yaml'",
      "Is it what stands as 'tool_alais'?",
    ])
      expect(stderr).toContain(part)
  })

  it('a folder that only the environment names, and that holds nothing, is passed over', async () => {
    const path = config('plain.json', [{ column_type: 'sampler', name: 's', sampler_type: 'uuid' }])
    expect((await run(['validate', path], { DATA_DESIGNER_HOME: join(folder, 'not-there') })).code).toBe(0)
    expect(existsSync(join(folder, 'not-there'))).toBe(false)
  })
})
