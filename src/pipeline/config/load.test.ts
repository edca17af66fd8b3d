import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as columnTypes from '../../column/columns.ts'
import { writeJson } from '../../json/exact.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import { Float } from '../../json/number.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import type { Row } from '../../row.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { DataDesigner } from '../data-designer.ts'
import { configFromJSON, DataDesignerConfigBuilder, loadConfig } from './builder.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-load-'))
afterAll(() => rmSync(folder, { recursive: true }))

const cases = join(import.meta.dirname, '../cases')
const textOf = (path: string) => readFileSync(path, 'utf8')

/** A file of this text. */
function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** The sentence a config of this text is refused with. */
async function refusal(text: string, name = 'config.yaml'): Promise<string> {
  const error = await loadConfig(written(name, text)).catch(thrown => thrown)
  expect(error).toMatchObject({ kind: 'config' })
  return error.sentence.replaceAll(`${folder}/`, '')
}

const explode = (row: Row) => ({ ...row, tool_interaction_context: row['messages'], tool_call: {}, tool_response: {}, tool_name: 'Bash' })
const functions = {
  explode_tool_interactions: Object.assign(explode, {
    metadata: { requiredColumns: ['messages'], sideEffectColumns: ['tool_call', 'tool_response', 'tool_name'], modelAliases: [] },
  }),
}

describe.each(['data-designer-0.5.7', 'data-designer-0.9'])('configs of %s', version => {
  describe.each(['page_example_1', 'page_example_2'])('%s', name => {
    const path = join(cases, version, name)

    it.each(['yaml', 'json'])('loads from %s and is written back equal', async extension => {
      const builder = await loadConfig(`${path}.${extension}`, { functions })
      expect(builder.toJSON()).toEqual(JSON.parse(textOf(`${path}.json`)))
      expect(builder.toYAML()).toBe(textOf(`${path}.yaml`))
    })

    it('survives being written to a file and loaded again', async () => {
      const builder = await loadConfig(`${path}.yaml`, { functions })
      for (const extension of ['yaml', 'yml', 'json']) {
        const copy = join(folder, `copy.${extension}`)
        builder.writeConfig(copy)
        expect((await loadConfig(copy, { functions })).toJSON()).toEqual(builder.toJSON())
      }
    })

    it('runs', async () => {
      const builder = await loadConfig(`${path}.yaml`, { functions })
      builder.modelConfigs.splice(0, 1, new ModelConfig({ alias: builder.modelConfigs[0]!.alias, model: 'm', provider: 'stand-in' }))
      const messages = [{ role: 'user', content: [{ type: 'text', text: 'The harbour was closed.' }] }]
      builder.withSeedDataset(new RowsSeedSource({ rows: [{ trace_id: 't', messages }] }))
      const { dataset, failures } = await new DataDesigner({ seed: 1 }).preview(builder, { numRecords: 1 })
      expect(failures).toEqual([])
      expect(dataset[0]![name === 'page_example_1' ? 'turn_summary' : 'tool_interaction_analysis']).toBeTruthy()
    })
  })

  it('kitchen_sink: every type of column loads, and is written back', async () => {
    const path = join(cases, version, 'kitchen_sink')
    const sink = JSON.parse(textOf(`${path}.json`)) as JsonObject & { data_designer: { columns: JsonObject[] } }
    const types = new Set(sink.data_designer.columns.map(column => column['column_type']))
    const known = Object.values(columnTypes).map(type => type.name as string)
    expect([...types].sort()).toEqual(known.filter(name => name !== 'custom').sort())
    const plain = (made: DataDesignerConfigBuilder) => JSON.parse(writeJson(made.toJSON()))
    const builder = await loadConfig(`${path}.yaml`)
    expect(plain(builder)).toEqual(sink)
    expect(builder.processors.map(({ processorType }) => processorType)).toEqual(['drop_columns', 'schema_transform'])
    expect(plain(await loadConfig(written('sink.yaml', builder.toYAML())))).toEqual(sink)
  })
})

describe('loadConfig() reads YAML as PyYAML does', () => {
  const values = async (yaml: string) => {
    const builder = await loadConfig(
      written(
        'quirks.yaml',
        `columns:\n- {name: a, column_type: expression, expr: x}\nprocessors:\n- {name: p, processor_type: schema_transform, template: {v: ${yaml}}}\n`,
      ),
    )
    return (builder.toJSON()['data_designer'] as { processors: { template: { v: Json } }[] }).processors[0]!.template.v
  }

  it.each([
    ['[yes, Yes, on, ON, true, True]', Array.from({ length: 6 }, () => true)],
    ['[no, NO, off, Off, false]', Array.from({ length: 5 }, () => false)],
    ['[y, n, Y, N, yEs, \'yes\', "off"]', ['y', 'n', 'Y', 'N', 'yEs', 'yes', 'off']],
    [
      '[1e3, 2024-01-31, 1.5e+3, 1.0, 0x1f, 12:30]',
      ['1e3', '2024-01-31', new Float(1500) as unknown as Json, new Float(1) as unknown as Json, 31, 750],
    ],
    ['[~, null, ]', [null, null]],
  ] as [string, Json][])('%s', async (yaml, expected) => {
    expect(await values(yaml)).toEqual(expected)
  })

  it('anchors and merges', async () => {
    const yaml = 'columns:\n- &one {name: a, column_type: expression, expr: x, dtype: int}\n- {<<: *one, name: b}\n'
    expect((await loadConfig(written('merge.yaml', yaml))).columns.map(column => column.toJSON())).toMatchObject([
      { name: 'a' },
      { name: 'b', expr: 'x', dtype: 'int' },
    ])
  })
})

describe('loadConfig() refuses', () => {
  it('broken YAML and JSON with file, line and column', async () => {
    expect(await refusal('columns:\n- name: a\n  expr: "{{ a }}\n')).toMatch(/^config\.yaml:\d+:\d+: Cannot parse config: /)
    expect(await refusal('a: 1\na: 2\n')).toMatch(/^config\.yaml:2:1: Cannot parse config: Map keys must be unique/)
    expect(await refusal('{"columns": [}', 'config.json')).toMatch(/^config\.json:1:\d+: Cannot parse config: /)
    expect(await refusal('columns:\n\t- name: a\n')).toMatch(/^config\.yaml:2:\d+: /)
  })

  it('misspelt keys and names with the nearest, all of them at once', async () => {
    const found = await refusal(`
model_configs:
- {alias: m, model: x, providr: nvidia}
seed_config: {source: {seed_type: agent_rolout}}
columns:
- {name: a, column_type: expresion, expr: x}
- {name: b, column_type: llm-text, prompt: x, model_alias: m, promt: x}
- {name: c, column_type: llm-code, prompt: x, model_alias: m, code_lang: phyton}
- just text
processors:
- {name: d, processor_type: drop_column, column_names: [a]}
`)
    expect(found).toContain('The config has 7 mistakes')
    for (const guess of ['provider', 'agent_rollout', 'expression', 'prompt', 'drop_columns'])
      expect(found).toContain(`Did you mean '${guess}'?`)
    expect(found).toContain('column \'c\': code_lang: found "phyton", expected one of bash')
    expect(found).toContain('columns[3]: found "just text", expected an object')
    expect(await refusal('colums: []')).toContain("Did you mean 'columns'?")
  })

  it('misspelt keys of seeds and selections', async () => {
    const seed = (source: string, rest = '') => refusal(`columns: []\nseed_config: {source: {${source}}${rest}}\n`)
    expect(await seed('seed_type: agent_rollout, format: codex, file_patern: x')).toContain("Did you mean 'file_pattern'?")
    expect(await seed('seed_type: directory, path: /x, recursiv: true')).toContain("Did you mean 'recursive'?")
    expect(await seed('seed_type: file_contents, path: /x, encoding: utf-9')).toContain("Unknown encoding 'utf-9'")
    expect(await seed('seed_type: directory, path: /x', ', selection_strategy: {start: 0, ends: 1}')).toContain("Did you mean 'end'?")
    expect(await seed('seed_type: directory, path: /x', ', sampling_strategy: shufle')).toContain('expected one of ordered, shuffle')
  })

  it('skip conditions that say something nobody understands', async () => {
    const column = (skip: string) => refusal(`columns:\n- {name: a, column_type: expression, expr: x, skip: ${skip}}\n`)
    expect(await column("{when: '{{ b }}', valeu: 1}")).toContain("column 'a': skip: Unknown key 'valeu'")
    expect(await column("{when: '{{ b }}', value: [1]}")).toContain('value: found [1], expected text')
    expect(await column('{value: 1}')).toContain('when: found nothing, expected text')
  })

  it('functions nobody gave, by name', async () => {
    const path = join(cases, 'data-designer-0.9', 'page_example_2.yaml')
    await expect(loadConfig(path)).rejects.toThrow(
      "generator_function: 'explode_tool_interactions' is a name, and no function of that name was given",
    )
  })

  it('files that are not there, of no known kind, or without a config', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'))).rejects.toMatchObject({ kind: 'file' })
    await expect(loadConfig(written('config.txt', ''))).rejects.toMatchObject({ kind: 'usage' })
    for (const text of ['', '[]', 'just text', '12']) expect(await refusal(text)).toMatch(/expected an object/)
    expect(await refusal('export const other = 1\n', 'empty.mjs')).toContain('it exports other, expected a DataDesignerConfigBuilder')
    expect(await refusal("throw new Error('boom')\n", 'broken.mjs')).toContain('boom')
  })
})

describe('configFromJSON()', () => {
  it('takes a config with or without its wrapper, and keeps what nothing here acts on', () => {
    const body = {
      columns: [],
      tool_configs: [],
      constraints: [],
      profilers: [{ model_alias: 'm', summary_score_sample_size: 20 }],
      processors: [],
    }
    for (const config of [body, { data_designer: body }]) expect(configFromJSON(config).toJSON()).toMatchObject({ data_designer: body })
  })

  it('writes scores back as they were: whole numbers stay whole numbers', () => {
    const judge = {
      name: 'j',
      column_type: 'llm-judge',
      prompt: '{{ a }}',
      model_alias: 'm',
      scores: [{ name: 's', description: '', options: { '2': 'b', '1': 'a' } }],
    }
    const builder = configFromJSON({ columns: [judge] })
    expect(builder.columns[0]!.toJSON()['scores']).toEqual(judge.scores)
  })
})

it('fromConfig() takes a path or an object', async () => {
  const config = { columns: [{ column_type: 'expression', name: 'a', expr: '{{ 1 + 1 }}' }] }
  const fromObject = await DataDesignerConfigBuilder.fromConfig(config)
  const fromPath = await DataDesignerConfigBuilder.fromConfig(written('whole.json', JSON.stringify(fromObject.toJSON())))
  expect(fromPath.toJSON()).toEqual(fromObject.toJSON())
})

describe('all mistakes of a config are told in one round', () => {
  it('whatever their kind, the same one once with its places', async () => {
    writeFileSync(join(folder, 'seed.jsonl'), '{"text": "x"}\n')
    const found = await refusal(`
model_configs: [{alias: m, model: x, provider: nvidia, skip_health_chek: true}]
seed_config: {source: {seed_type: local, path: ${JSON.stringify(join(folder, 'seed.jsonl'))}}, sampling_strategy: shufle}
columns:
- {name: a, column_type: llm-text, prompt: '{{ txt | uper }}', model_alias: n, drop: 'maybe'}
- {name: b, column_type: llm-text, prompt: '{{ txt }}', model_alias: n}
- {name: c, column_type: expression, expr: '{{ d }}', dtype: 7}
- {name: d, column_type: expression, expr: '{{ e }}'}
- {name: e, column_type: expression, expr: '{{ c }}'}
- {name: f, column_type: llm-text, prompt: 3}
`)
    for (const told of [
      "model 'm': Unknown key 'skip_health_chek'",
      'sampling_strategy: found "shufle"',
      'column \'a\': drop: found "maybe", expected true or false',
      'uper',
      "columns 'a', 'b': reads 'txt', which is neither a column nor in the seed. Did you mean 'text'?",
      "columns 'a', 'b': model_alias 'n' is not defined. There are: m",
      "column 'c': dtype: found 7",
      'The columns c, d, e read each other in a circle',
      "column 'f': prompt: found 3, expected text",
      "column 'f': model_alias: found nothing, expected text",
    ])
      expect(found).toContain(told)
    expect(found).toContain('The config has 10 mistakes')
    expect(found).not.toContain('missing')
  })

  it('and nothing that only follows from another', async () => {
    const found = await refusal(`
columns:
- {name: a, column_type: expresion, expr: x}
- {name: b, column_type: expression, expr: '{{ a }}'}
- {column_type: expression, expr: '{{ b }}'}
`)
    expect(found).toContain('The config has 2 mistakes')
  })
})

it.each([
  [{ extra: 1, data_designer: { columns: [] } }, "Unknown key 'extra'"],
  [{ columns: [], profilers: [{ profiler_type: 'x' }] }, 'profilers[0]: model_alias: found nothing'],
  [{ columns: [], profilers: [{ model_alias: 'm', summary_score_sample_size: 0 }] }, 'summary_score_sample_size: found 0'],
  [{ columns: [], profilers: [{ model_alias: 'm', summary_score_sample_size: 1.5 }] }, 'summary_score_sample_size: found 1.5'],
  [
    { columns: [{ column_type: 'expression', name: 'e', expr: '{{ n }}', dtype: 'int', skip: { when: '{{ n }}', value: 'x' } }] },
    'skip.value: found "x", expected what can be read as int',
  ],
  [
    { columns: [], seed_config: { source: { seed_type: 'directory', path: '.', file_pattern: 'a/*.csv' } } },
    "file_pattern: found 'a/*.csv'",
  ],
] as [JsonObject, string][])('configFromJSON() refuses %j', (config, word) => {
  expect(() => configFromJSON(config)).toThrow(word)
})

it('profilers are carried, and told of', async () => {
  const columns = [{ column_type: 'expression', name: 'a', expr: '1' }]
  const { warnings } = await new DataDesigner().validate(configFromJSON({ columns, profilers: [{ model_alias: 'm' }] }))
  expect(warnings).toContainEqual(expect.stringContaining('profilers: one is written back with the config, and not run here'))
})

it.each([
  [() => new DataDesigner({ model_providers: [] } as never), "Write it 'modelProviders'"],
  [() => new DataDesignerConfigBuilder({ model_configs: [] } as never), "Write it 'modelConfigs'"],
  [() => new ModelConfig({ alias: 'a', model: 'm', inference_parameters: {} } as never), "Write it 'inferenceParameters'"],
  [() => new ModelProvider({ name: 'a', endpoint: 'http://x', extra_body: {} } as never), "Write it 'extraBody'"],
])('constructors name the option that is meant, case %#', (make, hint) => {
  expect(make).toThrow(expect.objectContaining({ hint }))
})

it('preview() and create() refuse the options of another language', async () => {
  const builder = configFromJSON({ columns: [{ column_type: 'expression', name: 'a', expr: '1' }] })
  await expect(new DataDesigner().preview(builder, { num_records: 1 } as never)).rejects.toMatchObject({ hint: "Write it 'numRecords'" })
  await expect(new DataDesigner().create(builder, { num_records: 1 } as never)).rejects.toMatchObject({ hint: "Write it 'numRecords'" })
})

it('a word that is missing is told of once, and nothing that only follows from it', () => {
  expect(() => configFromJSON({ columns: [{ column_type: 'sampler', name: 'a', params: {} }] })).toThrow(
    expect.objectContaining({ message: "column 'a': sampler_type: found nothing, expected text" }),
  )
})

it('reads flags and numbers that were written as text, as Data Designer does, and writes them as what they are', () => {
  const text = configFromJSON({
    model_configs: [{ alias: 'm', model: 'x', inference_parameters: { temperature: '0.5', max_tokens: ' 7 ' } }],
    columns: [
      { column_type: 'expression', name: 'a', expr: 'x', drop: 'Yes', propagate_skip: 0 },
      { column_type: 'sampler', name: 'g', sampler_type: 'gaussian', params: { mean: '1e-9', stddev: '1_0' } },
      { column_type: 'sampler', name: 'c', sampler_type: 'category', params: { values: ['1.5', '2'], weights: ['1', 3] } },
    ],
  }).toYAML()
  expect(text).toContain('temperature: 0.5')
  expect(text).toContain('max_tokens: 7')
  expect(text).toMatch(/drop: true\n.*\n.*\n {4}name: a\n {4}propagate_skip: false/)
  expect(text).toMatch(/mean: 1\.0e-09\n.*\n {6}stddev: 10\.0/)
  expect(text).toMatch(/values:\n {6}- '1\.5'\n {6}- '2'\n {6}weights:\n {6}- 0\.25\n {6}- 0\.75/)
})

it.each([
  [{ drop: 2 }, 'drop: found 2, expected true or false'],
  [{ drop: null }, 'drop: found null, expected true or false'],
  [{ propagate_skip: null }, 'propagate_skip: found null, expected true or false'],
  [{ drop: ' true' }, 'drop: found " true", expected true or false'],
] as [JsonObject, string][])('no flag is %j', (column, words) => {
  expect(() => configFromJSON({ columns: [{ column_type: 'expression', name: 'a', expr: 'x', ...column }] })).toThrow(words)
})

it.each(['inf', 'nan', '0x1', '٣', '1e999', ''])('no number is %j', mean => {
  const column = { column_type: 'sampler', name: 'g', sampler_type: 'gaussian', params: { mean, stddev: 1 } }
  expect(() => configFromJSON({ columns: [column] })).toThrow(`mean: found ${JSON.stringify(mean)}, expected a number`)
})
