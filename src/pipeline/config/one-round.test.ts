import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DataDesigner } from '../data-designer.ts'
import { ConfigProblems, sentenceOf } from '../plan/config-problems.ts'
import { loadConfig } from './builder.ts'
import type { LoadOptions } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-one-round-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** All that is told of a config in its first round, whether it is validated or previewed. */
async function told(config: object): Promise<string[]> {
  const path = join(folder, 'config.json')
  writeFileSync(path, JSON.stringify(config))
  const designer = new DataDesigner()
  const rounds = [
    async () => designer.validate(await loadConfig(path, { providers: [] })),
    async () => designer.preview(await loadConfig(path, { providers: [] }), { numRecords: 1 }),
  ]
  const answers: string[][] = []
  for (const round of rounds) {
    const error = await round().then(
      () => null,
      thrown => thrown,
    )
    expect(error).toBeInstanceOf(ConfigProblems)
    answers.push((error as ConfigProblems).problems.map(problem => sentenceOf(problem).replaceAll(`${folder}/`, '')))
  }
  expect(answers[0]).toEqual(answers[1])
  return answers[0]!
}

/** A column with two mistakes of its own, and what is told of them where a name among the columns is near. */
const WRONG = { column_type: 'expression', name: 'a', expr: '{% if text %}{{ mesages | uper }}{% endif %}{{ text }}' }
const FILTER = "column 'a': expr: No filter named 'uper'. Did you mean 'upper'?"
const LOST = "column 'a': reads 'mesages', which is neither a column nor in the seed"
const TEXT = { column_type: 'sampler', name: 'text', sampler_type: 'category', params: { values: ['x'] } }
const rollouts = (more: object) => ({ source: { seed_type: 'agent_rollout', format: 'claude_code', ...more } })

describe('mistakes of columns are told together with', () => {
  const cases: Record<string, { config: object; also: (string | RegExp)[]; hidesNames?: boolean }> = {
    'a format nobody knows': {
      config: { seed_config: rollouts({ format: 'claude' }), columns: [WRONG, TEXT] },
      also: [/^seed_config.source: Unknown rollout format 'claude'/],
    },
    'a format, a pattern and a flag that are wrong': {
      config: { seed_config: rollouts({ format: 'claude', file_pattern: 'a/*', recursive: 'maybe' }), columns: [WRONG, TEXT] },
      also: [
        /^seed_config.source: Unknown rollout format 'claude'/,
        "seed_config.source: file_pattern: found 'a/*', expected a pattern on file names alone, such as '*.jsonl'",
        'seed_config.source: recursive: found "maybe", expected true or false',
      ],
    },
    'logs that are not there': {
      config: { seed_config: rollouts({ path: 'nowhere' }), columns: [WRONG, TEXT] },
      also: [
        "seed_config.source: Cannot read 'nowhere': there is no such file or folder. Relative paths of a seed are taken from the folder of its config",
      ],
    },
    'a format that needs a path': {
      config: { seed_config: rollouts({ format: 'atif' }), columns: [WRONG, TEXT] },
      also: ["seed_config.source: AgentRolloutSeedSource.path is required for format 'atif'. Name the folder that holds the ATIF files"],
    },
    'a file that is not there, of which nobody knows the columns': {
      config: { seed_config: { source: { seed_type: 'local', path: 'nowhere.parquet' } }, columns: [WRONG, TEXT] },
      also: [
        "seed_config.source: Cannot read seed 'nowhere.parquet': there is no such file or folder. Relative paths of a seed are taken from the folder of its config",
      ],
      hidesNames: true,
    },
    'a seed of no kind, an order and a selection that are none': {
      config: {
        seed_config: { source: { seed_type: 'locl', path: 'x' }, sampling_strategy: 'ordred', selection_strategy: { start: 'x', end: 2 } },
        columns: [WRONG, TEXT],
      },
      also: [
        /^seed_config.source: seed_type: found 'locl'.*Did you mean 'local'\?$/,
        'seed_config: sampling_strategy: found "ordred", expected one of ordered, shuffle',
        'seed_config.selection_strategy: start: found "x", expected a number',
      ],
      hidesNames: true,
    },
    'an encoding nobody knows, of a folder that is not there': {
      config: { seed_config: { source: { seed_type: 'file_contents', path: 'nowhere', encoding: 'utf-99' } }, columns: [WRONG, TEXT] },
      also: [
        /^seed_config.source: Unknown encoding 'utf-99'/,
        "seed_config.source: Cannot read 'nowhere': there is no such file or folder. Relative paths of a seed are taken from the folder of its config",
      ],
    },
    'selectors that are none': {
      config: { seed_config: rollouts({ select: { project: 7, failed: 'no' } }), columns: [WRONG, TEXT] },
      also: [
        'seed_config.source: select.project: found 7, expected text',
        'seed_config.source: select.failed: found "no", expected true or false',
      ],
    },
    'a model whose settings are wrong and whose provider nobody knows': {
      config: {
        model_configs: [{ alias: 'm', model: 'x', provider: 'nobody', inference_parameters: { temperature: 'hot', top_p: 7 } }],
        columns: [WRONG, TEXT, { column_type: 'llm-text', name: 't', prompt: '{{ text }}', model_alias: 'm' }],
      },
      also: [
        'model \'m\': temperature: found "hot", expected a number or a distribution',
        "model 'm': top_p: found 7, expected a number from 0 to 1",
        /^model 'm': Unknown provider 'nobody'/,
      ],
    },
    'processors of no kind, without a template, and with a filter nobody knows': {
      config: {
        processors: [
          { processor_type: 'schema_tranform', name: 'p' },
          { processor_type: 'schema_transform', name: 'q' },
          { processor_type: 'schema_transform', name: 'r', template: { a: '{{ text | uper }}' } },
          { processor_type: 'drop_columns', name: 's', column_names: [7] },
        ],
        columns: [WRONG, TEXT],
      },
      also: [
        /^processor 'p': processor_type: found 'schema_tranform'/,
        "processor 'q': template: found nothing, expected an object",
        "processor 'r', template.a: No filter named 'uper'. Did you mean 'upper'?",
        "processor 's': column_names: found 7, expected names or patterns",
      ],
    },
    'tools that are wrong, and of an alias nobody defined': {
      config: {
        tool_configs: [{ tool_alias: 't', providers: [], max_tool_call_turns: 0 }],
        model_configs: [{ alias: 'm', model: 'x', provider: 'stand-in' }],
        columns: [WRONG, TEXT, { column_type: 'llm-text', name: 'c', prompt: '{{ text }}', model_alias: 'm', tool_alias: 'tt' }],
      },
      also: [
        "tools 't': providers: found none, expected names of MCP servers",
        "tools 't': max_tool_call_turns: found 0, expected a whole number from 1",
        "column 'c': tool_alias 'tt' is not defined. Did you mean 't'?",
      ],
    },
    'a profiler, a constraint and a sampler that are none': {
      config: {
        profilers: [{ nope: 1 }],
        constraints: [{ constraint_type: 'scalar_inequality', target_column: 'txet', operator: 'below', rhs: 3 }],
        columns: [WRONG, TEXT, { column_type: 'sampler', name: 's', sampler_type: 'unifrm', params: {} }],
      },
      also: [
        "profilers[0]: Unknown key 'nope': expected model_alias, summary_score_sample_size",
        'profilers[0]: model_alias: found nothing, expected text',
        'constraints[0]: operator: found "below", expected one of lt, le, gt, ge',
        "constraints: found 'txet', expected a sampler column. Did you mean 'text'?",
        /^column 's': sampler_type: found 'unifrm'.*Did you mean 'uniform'\?$/,
      ],
    },
    'a shape that is no JSON Schema, rubrics without a value, and code of no language': {
      config: {
        model_configs: [{ alias: 'm', model: 'x', provider: 'stand-in' }],
        columns: [
          WRONG,
          TEXT,
          { column_type: 'llm-structured', name: 'b', prompt: '{{ text }}', model_alias: 'm', output_format: { type: 'objct' } },
          { column_type: 'llm-judge', name: 'c', prompt: '{{ text }}', model_alias: 'm', scores: [{ name: 'n', options: {} }, 7] },
          { column_type: 'llm-code', name: 'd', prompt: '{{ text }}', model_alias: 'm', code_lang: 'pyton' },
        ],
      },
      also: [
        /^column 'b': output_format: Cannot use the output format/,
        /score 'n': options: found none, expected at least one value and what it means$/,
        "column 'c': scores: found 7, expected objects with name, description and options",
        /^column 'd': code_lang: found "pyton"/,
      ],
    },
    'columns of no kind, of one name twice, and in a circle': {
      config: {
        columnz: [],
        columns: [
          WRONG,
          TEXT,
          { column_type: 'expresion', name: 'b', expr: 'x' },
          7,
          { column_type: 'expression', name: 'text', expr: 'x' },
          { column_type: 'expression', name: 'd', expr: '{{ e }}{{ b }}', dtype: 'integer' },
          { column_type: 'expression', name: 'e', expr: '{{ d }}', skip: { when: '{{ text }}', vale: 3 } },
        ],
      },
      also: [
        /^config: Unknown key 'columnz'.*Did you mean 'columns'\?$/,
        /^column 'b': column_type: found 'expresion'/,
        'columns[3]: found 7, expected an object',
        "column 'text': There are two columns of this name",
        'column \'d\': dtype: found "integer", expected one of str, int, float, bool, json',
        /^column 'e': skip: Unknown key 'vale'/,
        'The columns d, e read each other in a circle',
      ],
    },
  }

  it.each(Object.keys(cases))('%s', async name => {
    const { config, also, hidesNames = false } = cases[name]!
    const found = await told(config)
    expect(found).toContain(FILTER)
    expect(found.filter(line => line.startsWith(LOST))).toHaveLength(hidesNames ? 0 : 1)
    for (const line of also) expect(found).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line))
    expect(found).toHaveLength(also.length + (hidesNames ? 1 : 2))
  })
})

it('a column whose function nobody gave may make any column, so names are not judged', async () => {
  const found = await told({
    columns: [
      { column_type: 'custom', name: 'c', generator_function: 'explode' },
      { column_type: 'expression', name: 'a', expr: '{{ side | uper }}' },
    ],
  })
  expect(found).toEqual([
    expect.stringMatching(/^column 'c': generator_function: 'explode' is a name, and no function of that name was given/),
    FILTER,
  ])
})

it('that all columns are dropped is not told where one of them could not be read', async () => {
  const dropped = { column_type: 'expression', name: 'kept', expr: 'x', drop: true }
  expect(await told({ columns: [dropped, { column_type: 'custom', name: 'made', generator_function: 'nobody' }] })).toEqual([
    expect.stringMatching(/^column 'made': generator_function: 'nobody' is a name, and no function of that name was given/),
  ])
  expect(await told({ columns: [dropped] })).toEqual(['All columns are dropped. Keep at least one'])
})

it('a seed that is alone wrong is told in its own words', async () => {
  const path = join(folder, 'alone.json')
  writeFileSync(path, JSON.stringify({ seed_config: rollouts({ path: 'nowhere' }), columns: [{ ...WRONG, expr: '{{ messages }}' }] }))
  await expect(new DataDesigner().validate(await loadConfig(path))).rejects.toMatchObject({
    kind: 'file',
    message: `Cannot read '${folder}/nowhere': there is no such file or folder`,
  })
})

describe('what Data Designer refuses in templates is told for all columns at once', () => {
  const columns = [
    TEXT,
    { column_type: 'expression', name: 'a', expr: '{{ text | tojson }}' },
    { column_type: 'expression', name: 'b', expr: '{% set x = text %}{{ x }}', skip: { when: '{{ text | tojson }}' } },
    { column_type: 'expression', name: 'c', expr: '{% if text %}{{ text | tojson }}{% endif %}' },
  ]

  it('where it is followed', async () => {
    const path = join(folder, 'strict.json')
    writeFileSync(path, JSON.stringify({ columns }))
    const error = await new DataDesigner({ compat: 'data_designer' }).validate(await loadConfig(path)).catch(thrown => thrown)
    expect((error as ConfigProblems).problems.map(({ column, message }) => [column, message.slice(0, 60)])).toEqual([
      ['a', 'expr: The Jinja2 filter `{{ ... | tojson }}` is not a permit'],
      ['b', 'expr: User provided prompt generation template is invalid.'],
    ])
    const warned = { columns: [TEXT, columns[3]] }
    writeFileSync(path, JSON.stringify(warned))
    // Rows that get by the filter are made there, so it is no more than a warning.
    const { warnings } = await new DataDesigner({ compat: 'data_designer' }).validate(await loadConfig(path))
    expect(warnings).toEqual([
      expect.stringContaining("column 'c': expr: The Jinja2 filter `{{ ... | tojson }}` is not a permitted operation"),
    ])
  })

  it('and not where its engine is the native one, nor here', async () => {
    const path = join(folder, 'native.json')
    writeFileSync(path, JSON.stringify({ columns }))
    await new DataDesigner().validate(await loadConfig(path))
  })
})

describe('what the loader finds is told together with', () => {
  const wrong = { ...TEXT, name: 'w', sampler_typ: 'category' }
  const model = { alias: 'm', model: 'x', provider: 'stand-in' }
  const messagesOf = async (config: object, options: LoadOptions) => {
    const path = join(folder, 'both.json')
    writeFileSync(path, JSON.stringify(config))
    const error = await loadConfig(path, options).catch(thrown => thrown)
    return (error as ConfigProblems).problems.map(({ column, message }) => `${column ?? ''} ${message}`.slice(0, 62))
  }

  it('what Data Designer refuses in templates', async () => {
    const columns = [wrong, TEXT, { column_type: 'expression', name: 'a', expr: '{{ text | tojson }}' }]
    const unknown = "w Unknown key 'sampler_typ': expected column_type, name, drop,"
    expect(await messagesOf({ columns }, { compat: 'data_designer' })).toEqual([
      unknown,
      'a expr: The Jinja2 filter `{{ ... | tojson }}` is not a permit',
    ])
    expect(await messagesOf({ columns }, {})).toEqual([unknown])
  })

  it('tools of servers that nobody named', async () => {
    const columns = [wrong, { column_type: 'llm-text', name: 'a', model_alias: 'm', prompt: 'Hello', tool_alias: 't' }]
    const config = { model_configs: [model], tool_configs: [{ tool_alias: 't', providers: ['there', 'ther'] }], columns }
    const there = { name: 'there', endpoint: 'http://127.0.0.1:1/sse' }
    expect((await messagesOf(config, { mcpProviders: [there] })).slice(1)).toEqual([
      " tools 't': provider 'ther' is no MCP server that is known",
    ])
    expect(await messagesOf(config, {})).toHaveLength(1)
  })
})

describe('3,000 columns are checked, though', () => {
  const many = (column: (i: number) => object) => ({ columns: Array.from({ length: 3_000 }, (_, i) => column(i)) })
  const validated = async (config: object) => {
    const path = join(folder, 'many.json')
    writeFileSync(path, JSON.stringify(config))
    return new DataDesigner().validate(await loadConfig(path))
  }

  it('each reads a name nobody knows', async () => {
    const error = await validated(many(i => ({ column_type: 'expression', name: `c${i}`, expr: `{{ x${i} }}` }))).catch(thrown => thrown)
    expect((error as ConfigProblems).problems).toHaveLength(3_000)
    expect((error as ConfigProblems).message).toMatch(/^The config has 3000 mistakes:\n.*\n(.*\n){99} {2}… and 2900 more$/)
  }, 120_000)

  it('each adds to the time of the one before', async () => {
    const day = { ...TEXT, name: 'c0', sampler_type: 'datetime', params: { start: '2020-01-01', end: '2021-01-01' } }
    const after = (i: number) => ({ dt_min: 1, dt_max: 2, reference_column_name: `c${i - 1}` })
    const { columns } = await validated(many(i => (i === 0 ? day : { ...day, name: `c${i}`, sampler_type: 'timedelta', params: after(i) })))
    expect([columns[0], columns.at(-1), columns.length]).toEqual(['c0', 'c2999', 3_000])
  }, 120_000)
})

it('times that are added to each other in a circle are told', async () => {
  const time = (name: string, other: string) => ({
    ...{ column_type: 'sampler', name, sampler_type: 'timedelta' },
    params: { dt_min: 1, dt_max: 2, reference_column_name: other },
  })
  expect(await told({ columns: [time('a', 'c'), time('b', 'a'), time('c', 'b')] })).toEqual([
    'The columns a, c, b read each other in a circle',
  ])
})
