import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-extension-'))
  cpSync(join(root, 'examples/extension'), folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules/tracewright'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout)
  }
})

it('a package of its own adds a format, column, provider, codec, seed, processor and validator, and a model, through options alone', () => {
  const printed = execFileSync(process.execPath, [join(folder, 'dist/try.js'), join(folder, 'logs')], { encoding: 'utf8' })
  expect(JSON.parse(printed)).toEqual({
    logs: ['Mended.'],
    rows: [
      { n: 1, text: 'A KITE ', length: 2, is_terse: { is_valid: true, words: 2 }, said: 'grey: Number 1' },
      { n: 2, text: 'A KITE A KITE ', length: 4, is_terse: { is_valid: false, words: 4 }, said: 'grey: Number 2' },
    ],
    own: [{ n: 7, said: 'own: Number 7' }],
  })
})

describe('on the command line', () => {
  const config = {
    seed_config: { source: { seed_type: 'counting', to: 2 } },
    model_configs: [{ alias: 'parrot', model: 'grey', provider: 'aviary' }],
    columns: [
      { column_type: 'words', name: 'length', of: 'text' },
      { column_type: 'validation', name: 'is_terse', target_columns: ['text'], validator_type: 'terse', validator_params: { most: 2 } },
      { column_type: 'llm-text', name: 'said', model_alias: 'parrot', prompt: 'Number {{ n }}' },
    ],
    processors: [{ processor_type: 'shouting', name: 'loud', column: 'text' }],
  }
  const more = ['--providers', 'providers.yaml']
  let work: string

  beforeAll(() => {
    // A folder whose node_modules has the package, as npm puts it there.
    work = join(folder, 'work')
    mkdirSync(join(work, 'node_modules'), { recursive: true })
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    symlinkSync(folder, join(work, 'node_modules', name))
    writeFileSync(join(work, 'config.json'), JSON.stringify(config))
    writeFileSync(join(work, 'providers.yaml'), 'providers: [{name: aviary, endpoint: here, provider_type: echo}]')
  })

  const run = (...args: string[]) => startCli(args, work).output

  it.each([['tracewright-kites'], ['./node_modules/tracewright-kites/dist/index.js']])('%s adds its types', async module => {
    const valid = await run('validate', 'config.json', '--extensions', module, ...more)
    expect([valid.code, valid.stderr]).toEqual([0, ''])
    const shown = await run('preview', 'config.json', '--extensions', module, ...more, '--json', '-n', '1', '--no-replies')
    expect(JSON.parse(shown.stdout)).toEqual({
      n: 1,
      text: 'A KITE ',
      length: 2,
      is_terse: { is_valid: true, words: 2 },
      said: 'grey: Number 1',
    })
    const made = await run('create', 'config.json', '-o', `made-${module.length}`, '--extensions', module, ...more, '--no-replies')
    expect(made.code, made.stderr).toBe(0)
  })

  it('agent tells of its types, and shards are made with them', async () => {
    const told = JSON.parse((await run('agent', '--extensions', 'tracewright-kites')).stdout)
    const names = (types: { name: string }[]) => types.map(({ name }) => name)
    expect(names(told.columns.types)).toContain('words')
    expect(names(told.validators)).toContain('terse')
    expect(names(told.seeds)).toContain('counting')
    expect(names(told.processors)).toContain('shouting')
    const extended = ['--extensions', 'tracewright-kites', ...more]
    expect((await run('plan', 'config.json', '-o', 'shards', '--of', '2', '-y', ...extended)).code).toBe(0)
    for (const shard of ['0/2', '1/2']) {
      const made = await run('create', '-o', 'shards', '--shard', shard, ...extended)
      expect(made.code, made.stderr).toBe(0)
    }
  })

  it('without it, each of them is told as unknown', async () => {
    const { code, stderr } = await run('validate', 'config.json', ...more)
    expect(code).toBe(2)
    for (const name of ["'words'", "'terse'", "'counting'", "'shouting'"]) expect(stderr).toContain(name)
  })

  it('says what a module lacks', async () => {
    writeFileSync(join(work, 'none.mjs'), 'export const a = 1')
    writeFileSync(join(work, 'odd.mjs'), 'export const extensions = { colums: [] }')
    writeFileSync(join(work, 'list.mjs'), 'export const extensions = { columns: {} }')
    writeFileSync(join(work, 'twice.mjs'), "export const extensions = { validators: [{ name: 'code' }] }")
    for (const [module, told] of [
      ['not-installed-anywhere', 'npm install not-installed-anywhere'],
      ['./none.mjs', "it exports a, expected 'extensions'"],
      ['./odd.mjs', "Did you mean 'columns'?"],
      ['./list.mjs', 'columns is no list of types'],
      ['./twice.mjs', "two validators of type 'code'"],
    ] as const) {
      const { code, stderr } = await run('validate', 'config.json', '--extensions', module)
      expect([code, stderr]).toEqual([2, expect.stringContaining(told)])
    }
  })
})
