import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program } from '../src/cli/main.ts'
import { ChatServer, say, send } from '../src/model/testing/chat-server.ts'
import { configFromJSON } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { startCli } from './cli-process.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-models-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const column = (name: string, model_alias: string) => ({ column_type: 'llm-text', name, model_alias, prompt: 'Tell' })

function config(name: string, columns: object[], model_configs: object[] = []): string {
  writeFileSync(join(folder, name), JSON.stringify({ columns, model_configs }))
  return name
}

const run = (args: string[], env: { [name: string]: string } = {}) => startCli(args, folder, env).output

describe('predefined models', () => {
  it('can be named without being defined, and are not written into the config', async () => {
    const given = { columns: [column('a', 'nvidia-text')] }
    const builder = configFromJSON(given)
    await expect(new DataDesigner().validate(builder)).resolves.toMatchObject({ columns: ['a'] })
    expect(builder.toJSON()).toMatchObject({ data_designer: { model_configs: [] } })
    expect(builder.askedModels.map(({ alias, provider }) => [alias, provider])).toEqual([['nvidia-text', 'nvidia']])
  })

  it('give way to one of the config by the same alias', () => {
    const own = { alias: 'nvidia-text', model: 'mine', provider: 'ollama' }
    const builder = configFromJSON({ columns: [column('a', 'nvidia-text')], model_configs: [own] })
    expect(builder.askedModels.map(({ model }) => model)).toEqual(['mine'])
  })

  it('are asked where a provider of their name is', async () => {
    await using server = await ChatServer.start((_, __, response) => say(response, 'told'))
    const designer = new DataDesigner({ modelProviders: [{ name: 'nvidia', endpoint: server.endpoint, api_key: 'k' }] })
    const { dataset } = await designer.preview(configFromJSON({ columns: [column('a', 'nvidia-text')] }), { numRecords: 1 })
    expect(dataset).toEqual([{ a: 'told' }])
    expect(server.seen.at(-1)!.body).toMatchObject({ temperature: 1, top_p: 0.95, chat_template_kwargs: { enable_thinking: false } })
  })

  it('of another name are still told as unknown', async () => {
    await expect(new DataDesigner().validate(configFromJSON({ columns: [column('a', 'nvidia-txt')] }))).rejects.toThrow(
      "'nvidia-txt' is not defined",
    )
  })
})

describe('models', () => {
  it('lists the predefined ones, and whether their keys are set', async () => {
    const { stdout, code } = await run(['models', '--json'], { NVIDIA_API_KEY: 'k', OPENAI_API_KEY: '' })
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(code).toBe(0)
    expect(lines.map(({ alias }) => alias)).toEqual(expect.arrayContaining(['nvidia-text', 'openai-reasoning', 'openrouter-vision']))
    const keyOf = (alias: string) => lines.find(line => line.alias === alias).key
    expect([keyOf('nvidia-text'), keyOf('openai-text')]).toEqual(['NVIDIA_API_KEY is set', 'OPENAI_API_KEY is not set'])
  })

  it('lists those of a config, and never a key', async () => {
    writeFileSync(join(folder, 'providers.yaml'), 'providers:\n- name: lab\n  endpoint: http://127.0.0.1:1/v1\n  api_key: s3cret-word\n')
    const path = config('own.json', [column('a', 'mine')], [{ alias: 'mine', model: 'm', provider: 'lab' }])
    const { stdout } = await run(['models', path, '--providers', 'providers.yaml'])
    expect(stdout).toMatch(/mine +m +lab +http:\/\/127\.0\.0\.1:1\/v1 +given/)
    expect(stdout).not.toContain('s3cret')
  })
})

describe('check-models', () => {
  it('tells which answer and which do not, and why', async () => {
    await using server = await ChatServer.start(({ body }, _, response) =>
      body['model'] === 'good' ? say(response, 'Hi') : send(response, 401, { error: { message: 'no such key' } }),
    )
    const models = ['good', 'bad'].map(model => ({ alias: model, model, provider: 'lab', skip_health_check: model === 'good' }))
    const path = config('two.json', [column('a', 'good'), column('b', 'bad')], models)
    const { stdout, code } = await run(['check-models', path, '--provider', `lab=${server.endpoint}`])
    expect(code).toBe(1)
    expect(stdout).toContain('good (good at lab): answers')
    expect(stdout).toMatch(/bad \(bad at lab\): .*no such key/)
    const good = config('one.json', [column('a', 'good')], models)
    const alone = await run(['check-models', good, '--provider', `lab=${server.endpoint}`, '--json'])
    expect([alone.code, JSON.parse(alone.stdout)]).toEqual([0, { alias: 'good', model: 'good', provider: 'lab', error: null }])
    expect((await run(['check-models', config('none.json', [{ column_type: 'expression', name: 'e', expr: 'x' }])])).stdout).toBe(
      'The config asks no model\n',
    )
  })
})

describe('agent', () => {
  it('tells all types with their keys and examples, and all commands', async () => {
    const { stdout, code } = await run(['agent'])
    const told = JSON.parse(stdout)
    expect(code).toBe(0)
    const judge = told.columns.types.find(({ name }: { name: string }) => name === 'llm-judge')
    expect(judge.keys.scores).toMatchObject({ required: true })
    expect(judge.example).toHaveProperty('scores')
    expect(told.samplers.length + told.validators.length + told.seeds.length).toBeGreaterThan(20)
    expect(told.commands.map(({ name }: { name: string }) => name)).toEqual(program().commands.map(command => command.name()))
  })
})

describe('completion', () => {
  const script = async (shell: string) => (await run(['completion', shell])).stdout

  it('completes commands, options and their values in bash', async () => {
    const stdout = await script('bash')
    const complete = (words: string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `${stdout}\nCOMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _tracewright; echo "\${COMPREPLY[@]}"`,
        ],
        { encoding: 'utf8', cwd: folder },
      ).trim()
    expect(complete(['tracewright', 'prev'])).toBe('preview')
    expect(complete(['tracewright', 'create', '--retry'])).toBe('--retry-failed')
    expect(complete(['tracewright', 'nothing', '--x'])).toBe('')
    expect(complete(['tracewright', 'validate', '--compat', 'data_designer@'])).toBe('data_designer@0.5.7')
    expect(complete(['tracewright', 'completion', 'fi'])).toBe('fish')
    expect(complete(['tracewright', 'init', 'dis'])).toBe('distill.yaml distill.ts')
    expect(complete(['tracewright', 'create', '--he'])).toBe('--help')
    writeFileSync(join(folder, 'a-config.yaml'), '')
    expect(complete(['tracewright', 'validate', 'a-con'])).toBe('a-config.yaml')
  })

  it('completes in fish, with what each is', async ({ skip }) => {
    if (spawnSync('fish', ['--version']).error) return skip('fish is not installed')
    writeFileSync(join(folder, 'tracewright.fish'), await script('fish'))
    const complete = (line: string) =>
      execFileSync('fish', ['--no-config', '-c', `source tracewright.fish; complete -C ${JSON.stringify(line)}`], {
        encoding: 'utf8',
        cwd: folder,
        env: { ...process.env, HOME: folder },
      })
        .trim()
        .split('\n')
    expect(complete('tracewright prev')).toEqual([expect.stringMatching(/^preview\t/)])
    expect(complete('tracewright create --retry')).toEqual([expect.stringMatching(/^--retry-failed\t/)])
    expect(complete('tracewright validate --compat data_designer@')).toEqual([expect.stringMatching(/^data_designer@0\.5\.7/)])
    expect(complete('tracewright init dis').map(line => line.split('\t')[0])).toEqual(
      expect.arrayContaining(['distill.ts', 'distill.yaml']),
    )
  })

  it('completes in zsh, where nothing of its own completion was loaded before', async ({ skip }) => {
    if (spawnSync('zsh', ['--version']).error) return skip('zsh is not installed')
    writeFileSync(join(folder, 'completion.zsh'), await script('zsh'))
    // A terminal of its own, in which Tab is pressed.
    const session = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1="ready> "; source completion.zsh; print loa"ded"'
zpty -r shell seen '*loaded*'
zpty -w -n shell $'tracewright prev\t'
zpty -r shell seen '*tracewright preview*'
print -r -- completed
zpty -d shell`
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', session], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, HOME: folder, ZDOTDIR: folder, TERM: 'dumb' },
      timeout: 25_000,
    })
    expect([stdout.trim(), stderr]).toEqual(['completed', ''])
  })

  it.each(['zsh', 'fish'])('has a script for %s that names every command', async shell => {
    const { stdout } = await run(['completion', shell])
    for (const command of program().commands) expect(stdout).toContain(command.name())
  })

  it('knows no other shell', async () => {
    expect((await run(['completion', 'cmd'])).code).toBe(2)
  })
})
