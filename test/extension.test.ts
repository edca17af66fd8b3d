import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as face from '../src/index.ts'
import { startCli } from './cli-process.ts'
import { root, textOf } from './sources.ts'

const EXPRESSION = { column_type: 'expression', name: 'which', expr: '{{ trace_id }}' }

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

it('it has one of each kind that can be defined, and the docs say how each is handed over', () => {
  const defines = Object.keys(face).filter(name => /^define[A-Z]/.test(name))
  expect(defines.length).toBeGreaterThan(5)
  const [example, docs] = [textOf('examples/extension/src/index.ts'), textOf('docs/pipelines.md')]
  const [, ways] = docs.split('## Types of your own')
  for (const name of defines) {
    expect(example, 'examples/extension').toMatch(new RegExp(`^export const \\w+ = ${name}\\(`, 'm'))
    expect(ways, 'docs/pipelines.md').toMatch(new RegExp(`^\\|[^|]*\\|[^|]*\\b${name}\\b[^|]*\\|[^|]+\\|$`, 'm'))
  }
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

  it('a workflow knows its types, in configs and behind stages', async () => {
    const louder = { processor_type: 'shouting', name: 'louder', column: 'text' }
    const flow = { name: 'flow', stages: [{ name: 'one', config: 'config.json', num_records: 1, output_processors: [louder] }] }
    writeFileSync(join(work, 'flow.json'), JSON.stringify(flow))
    const made = await run('workflow', 'flow.json', '-o', 'flow', '--extensions', 'tracewright-kites', ...more)
    expect(made.code, made.stderr).toBe(0)
  })

  it('agent tells of its types, and shards are made with them', async () => {
    const told = JSON.parse((await run('agent', '--extensions', 'tracewright-kites')).stdout)
    const names = (types: { name: string }[]) => types.map(({ name }) => name)
    expect(names(told.columns.types)).toContain('words')
    expect(names(told.validators)).toContain('terse')
    expect(names(told.seeds)).toContain('counting')
    expect(names(told.processors)).toContain('shouting')
    expect(names(told.formats)).toContain('kites')
    expect(names(told.codecs)).toContain('rows')
    const extended = ['--extensions', 'tracewright-kites', ...more]
    expect((await run('plan', 'config.json', '-o', 'shards', '--of', '2', '-y', ...extended)).code).toBe(0)
    for (const shard of ['0/2', '1/2']) {
      const made = await run('create', '-o', 'shards', '--shard', shard, ...extended)
      expect(made.code, made.stderr).toBe(0)
    }
  })

  describe('logs and files of its kinds', () => {
    const extended = ['--extensions', 'tracewright-kites']
    const linesOf = (text: string) =>
      text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))

    beforeAll(async () => {
      const { kites } = await import(pathToFileURL(join(folder, 'dist/index.js')).href)
      for (const [name, answers] of [
        ['k-1', ['Mended.']],
        ['k-2', ['Flown.', 'Landed.']],
      ] as const) {
        const [text] = Object.values<string>(kites.example(name, answers))
        mkdirSync(join(work, 'logs'), { recursive: true })
        writeFileSync(join(work, 'logs', `${name}.kites`), text!)
      }
    })

    it('are told, read and explained', async () => {
      const scanned = JSON.parse((await run('scan', 'logs', '--json', ...extended)).stdout)
      expect(scanned.found).toEqual([expect.objectContaining({ format: 'kites', title: 'Kites', sessions: 2 })])
      expect(JSON.parse((await run('scan', 'logs', '--json')).stdout).passed_over).toHaveLength(2)
      for (const more of [[], ['-f', 'kites']]) {
        const { stdout, stderr } = await run('ingest', 'logs', ...more, '-q', ...extended)
        expect(
          linesOf(stdout).map(row => [row.trace_id, row.source_kind]),
          stderr,
        ).toEqual([
          ['k-1', 'kites'],
          ['k-2', 'kites'],
        ])
      }
      const explained = await run('explain', 'logs/k-1.kites', '--json', ...extended)
      expect(linesOf(explained.stdout).map(({ bucket }) => bucket)).toEqual(['metadata', 'emitted', 'emitted'])
      expect((await run('show', 'logs/k-2.kites', '--no-pager', ...extended)).stdout).toContain('Landed.')
    })

    it('get into a store, by one thread or several, which others then read', async () => {
      for (const workers of ['1', '2']) {
        const made = await run('ingest', 'logs', '-o', `store-${workers}`, '-w', workers, ...extended)
        expect(made.code, made.stderr).toBe(0)
        const again = await run('ingest', 'logs', '-o', `store-${workers}`, '--json', '-w', workers, ...extended)
        expect(again.stdout + again.stderr).not.toContain('Cannot')
      }
      expect((await run('show', 'k-2', 'store-2', '--no-pager', ...extended)).stdout).toContain('Landed.')
      expect((await run('search', 'Landed', 'store-2', '--count', '--agent', 'kites', ...extended)).stdout).toContain('1 session')
      expect(linesOf((await run('query', 'store-2', 'select count(*) n from rows', '--json')).stdout)).toEqual([{ n: 2 }])
      const planned = await run('ingest', 'logs', '-o', 'home', '--plan', '--of', '1', ...extended)
      expect(planned.code, planned.stderr).toBe(0)
      const read = await run('ingest', '-o', 'home', '--shard', '0/1', ...extended)
      expect(read.code, read.stderr).toBe(0)
      const merged = await run('merge', 'home', ...extended)
      expect(merged.code, merged.stderr).toBe(0)
    })

    it('are written and asked', async () => {
      const made = await run('ingest', 'logs', '-o', 'kites.rows', ...extended)
      expect(made.code, made.stderr).toBe(0)
      const asked = await run('query', 'kites.rows', 'select trace_id, message_count n from rows order by 1', '--json', ...extended)
      expect(linesOf(asked.stdout)).toEqual([
        { trace_id: 'k-1', n: 2 },
        { trace_id: 'k-2', n: 4 },
      ])
      const written = await run('query', 'kites.rows', 'select trace_id from rows', '-o', 'ids.rows', ...extended)
      expect(written.code, written.stderr).toBe(0)
      expect(linesOf(readFileSync(join(work, 'ids.rows'), 'utf8'))).toHaveLength(2)
      const trained = await run('export', 'kites.rows', '-o', 'trained.jsonl', ...extended)
      expect(trained.code, trained.stderr).toBe(0)
      const seeded = { seed_config: { source: { seed_type: 'local', path: 'ids.rows' } }, columns: [EXPRESSION] }
      writeFileSync(join(work, 'seeded.json'), JSON.stringify(seeded))
      const ofLogs = { seed_config: { source: { seed_type: 'agent_rollout', format: 'kites', path: 'logs' } }, columns: [EXPRESSION] }
      writeFileSync(join(work, 'of-logs.json'), JSON.stringify(ofLogs))
      for (const name of ['seeded.json', 'of-logs.json'])
        for (const compat of name === 'seeded.json' ? [[], ['--compat', 'data_designer']] : [[]]) {
          const shown = await run('preview', name, '--json', '-n', '2', ...compat, ...extended)
          expect(
            linesOf(shown.stdout).map(({ which }) => which),
            shown.stderr,
          ).toEqual(['k-1', 'k-2'])
        }
    })

    it('are unknown without it', async () => {
      for (const [args, told] of [
        [['ingest', 'logs', '-f', 'kites'], "Unknown rollout format 'kites'"],
        [['query', 'kites.rows'], "Cannot tell the format of 'kites.rows'"],
        [['ingest', 'logs', '-o', 'b.rows'], "Cannot tell the format of 'b.rows'"],
      ] as const) {
        const { code, stderr } = await run(...args)
        expect([code, stderr]).toEqual([2, expect.stringContaining(told)])
      }
    })
  })

  it('without it, each of them is told as unknown', async () => {
    const { code, stderr } = await run('validate', 'config.json', ...more)
    expect(code).toBe(2)
    for (const name of ["'words'", "'terse'", "'counting'", "'shouting'"]) expect(stderr).toContain(name)
  })

  it('says what a module lacks', async () => {
    writeFileSync(join(work, 'none.mjs'), 'export const a = 1')
    writeFileSync(join(work, 'bare.mjs'), 'export const extensions = []')
    writeFileSync(join(work, 'odd.mjs'), 'export const extensions = { colums: [] }')
    writeFileSync(join(work, 'list.mjs'), 'export const extensions = { columns: {} }')
    writeFileSync(join(work, 'twice.mjs'), "export const extensions = { validators: [{ name: 'code' }] }")
    writeFileSync(join(work, 'format.mjs'), "export const extensions = { formats: [{ name: 'codex' }] }")
    writeFileSync(join(work, 'codec.mjs'), "export const extensions = { codecs: [{ name: 'lines', extensions: ['.x', '.jsonl'] }] }")
    for (const [module, told] of [
      ['not-installed-anywhere', 'npm install not-installed-anywhere'],
      ['./none.mjs', "it exports a, expected 'extensions'"],
      ['./bare.mjs', "its 'extensions' is a list, expected an object of lists"],
      ['./odd.mjs', "Did you mean 'columns'?"],
      ['./list.mjs', 'columns is no list of types'],
      ['./twice.mjs', "two validators of type 'code'"],
      ['./format.mjs', "two formats of name 'codex'"],
      ['./codec.mjs', "Cannot use codec 'lines' (.x, .jsonl): 'jsonl' has its name or ending"],
    ] as const) {
      const { code, stderr } = await run('validate', 'config.json', '--extensions', module)
      expect([code, stderr]).toEqual([2, expect.stringContaining(told)])
    }
  })
})
