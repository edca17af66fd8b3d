import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder } from '../../../test/pipeline-scene.ts'
import { openDatabase, quoted } from '../../codec/duckdb.ts'
import { parquet } from '../../codec/parquet.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import type { Row } from '../../row.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { configFromJSON, DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'

/*
 * What Data Designer 0.9.7 leaves on disk, whose own package opens what is written here and goes on with it.
 */

const CONFIG = {
  model_configs: [{ alias: 'm', model: 'm', provider: 'stand-in' }],
  columns: [
    { name: 'c', column_type: 'sampler', sampler_type: 'category', params: { values: ['a', 'b'] } },
    { name: 'n_meta', column_type: 'sampler', sampler_type: 'uniform', params: { low: 1, high: 5 }, convert_to: 'int' },
    { name: 'e', column_type: 'expression', expr: '{{ c }} {{ n_meta }}', drop: true },
    { name: 'f', column_type: 'expression', expr: '{{ e }}!' },
  ],
  processors: [
    { processor_type: 'schema_transform', name: 'my view', template: { said: '{{ f }}', kept: ['{{ n_meta }}'] } },
    { processor_type: 'drop_columns', name: 'fewer', column_names: ['*_meta'] },
  ],
}

async function made({ rows = 10, config = CONFIG as object, preserveDroppedColumns = true } = {}) {
  const path = folder()
  const designer = new DataDesigner({ seed: 1, runConfig: { preserveDroppedColumns, bufferSize: 3 } })
  return designer.create(configFromJSON(config as never), { path, numRecords: rows })
}

const read = (path: string): Promise<Row[]> => Array.fromAsync(parquet.read(path))
const readAll = async (path: string) =>
  (
    await Promise.all(
      readdirSync(path)
        .sort()
        .map(name => read(join(path, name))),
    )
  ).flat()
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

describe('a run as Data Designer leaves one', () => {
  it('has its files, in batches of one size, row by row beside each other', async () => {
    const results = await made()
    const output = join(folder(), 'out')
    const report = await results.exportDataDesignerFolder(output, { bufferSize: 4 })
    expect(report).toEqual({ path: output, rows: 10, batches: 3, has_dropped_columns: true, processors: ['my view'], notes: [] })
    expect(readdirSync(output).sort()).toEqual([
      ...['builder_config.json', 'dropped-columns-parquet-files', 'metadata.json', 'parquet-files', 'processors-files'],
    ])
    const batches = ['batch_00000.parquet', 'batch_00001.parquet', 'batch_00002.parquet']
    const places = ['parquet-files', 'dropped-columns-parquet-files', 'processors-files/my view']
    for (const place of places) {
      expect(readdirSync(join(output, place)).sort()).toEqual(batches)
      expect(await Promise.all(batches.map(async name => (await read(join(output, place, name))).length))).toEqual([4, 4, 2])
    }
    const [rows, dropped, made_] = await Promise.all(places.map(place => readAll(join(output, place))))
    expect(rows).toEqual(await results.loadDataset())
    for (const [i, row] of rows!.entries()) {
      expect(Object.keys(dropped![i]!).sort()).toEqual(['e', 'n_meta'])
      expect(row['f']).toBe(`${dropped![i]!['e']}!`)
      expect(made_![i]!['said']).toBe(row['f'])
    }
  })

  it('says of itself what is there, and what is to be there', async () => {
    const results = await made()
    const output = join(folder(), 'out')
    await results.exportDataDesignerFolder(output, { bufferSize: 4 })
    const metadata = json(join(output, 'metadata.json'))
    expect(Object.keys(metadata)).toEqual(Object.keys(metadata).sort())
    expect(metadata).toMatchObject({
      actual_num_records: 10,
      target_num_records: 10,
      original_target_num_records: 10,
      buffer_size: 4,
      num_completed_batches: 3,
      total_num_batches: 3,
      preserve_dropped_columns: true,
      file_paths: {
        'parquet-files': ['parquet-files/batch_00000.parquet', 'parquet-files/batch_00001.parquet', 'parquet-files/batch_00002.parquet'],
        'processor-files': { 'my view': expect.arrayContaining(['processors-files/my view/batch_00002.parquet']) },
      },
    })
    expect(metadata.column_statistics).toMatchObject([
      { column_name: 'c', column_type: 'sampler', sampler_type: 'category', num_records: 10, num_null: 0 },
      { column_name: 'f', column_type: 'expression', simple_dtype: 'string' },
    ])
    // A hash that is not Data Designer's own would keep it from going on: without one it compares the configs.
    expect(metadata).not.toHaveProperty('config_hash')
    const config = json(join(output, 'builder_config.json'))
    expect(config.data_designer.columns.map(({ name, drop }: { name: string; drop: boolean }) => [name, drop])).toEqual([
      ...[
        ['c', false],
        ['n_meta', true],
        ['e', true],
        ['f', false],
      ],
    ])
  })

  it('has what was dropped only where it was kept of every row', async () => {
    const without = join(folder(), 'out')
    expect(await (await made({ preserveDroppedColumns: false })).exportDataDesignerFolder(without)).toMatchObject({
      has_dropped_columns: false,
    })
    expect(existsSync(join(without, 'dropped-columns-parquet-files'))).toBe(false)
    expect(json(join(without, 'metadata.json'))).toMatchObject({ preserve_dropped_columns: false, buffer_size: 1000 })
    const results = await made()
    const manifest = json(join(results.path, 'manifest.json'))
    manifest.artifacts['dropped-columns'].parts.pop()
    writeFileSync(join(results.path, 'manifest.json'), JSON.stringify(manifest))
    const output = join(folder(), 'out')
    const report = await results.exportDataDesignerFolder(output)
    expect(report).toMatchObject({ has_dropped_columns: false, notes: [expect.stringContaining('of 9 of 10 rows')] })
  })

  it('tells what Data Designer would refuse of the config, and keeps the rows', async () => {
    const config = {
      columns: [{ name: 'j', column_type: 'expression', expr: '{{ [1, 2] }}', dtype: 'json' }],
      model_configs: [{ alias: 'm', model: 'm', provider: 'stand-in', structured_output: 'prompt' }],
      processors: [{ processor_type: 'schema_transform', name: '../../x', template: { a: '{{ j }}' } }],
    }
    const output = join(folder(), 'out')
    const report = await (await made({ config, rows: 2 })).exportDataDesignerFolder(output)
    expect(report.notes).toEqual([
      expect.stringContaining('(columns: dtype json, models: structured_output)'),
      expect.stringContaining('"../../x" made is left out'),
    ])
    expect(await readAll(join(output, 'parquet-files'))).toEqual([{ j: [1, 2] }, { j: [1, 2] }])
    expect(readdirSync(output).sort()).toEqual(['builder_config.json', 'metadata.json', 'parquet-files'])
  })

  it('goes without functions that columns named, and with rows that were in memory', async () => {
    const builder = configFromJSON({ columns: [] })
      .withSeedDataset(new RowsSeedSource({ rows: [{ a: 1 }, { a: null }] }))
      .addColumn(
        new CustomColumnConfig({
          name: 'b',
          generatorFunction: customColumnGenerator({ requiredColumns: ['a'] }, function twice(row: Row) {
            return { ...row, b: Number(row['a']) * 2 }
          }),
        }),
      )
    const results = await new DataDesigner({ seed: 1 }).create(builder, { path: folder() })
    const output = join(folder(), 'out')
    await results.exportDataDesignerFolder(output)
    expect(json(join(output, 'metadata.json')).column_statistics).toMatchObject([
      { column_name: 'a', column_type: 'seed-dataset', num_null: 1 },
      { column_name: 'b', column_type: 'custom' },
    ])
  })

  it('takes pictures along', async () => {
    const results = await made({ rows: 1 })
    mkdirSync(join(results.path, 'images/c'), { recursive: true })
    writeFileSync(join(results.path, 'images/c/1.png'), 'picture')
    const output = join(folder(), 'out')
    await results.exportDataDesignerFolder(output)
    expect(readFileSync(join(output, 'images/c/1.png'), 'utf8')).toBe('picture')
  })
})

describe('where it is written to', () => {
  it('takes nothing of anybody else away', async () => {
    const results = await made({ rows: 1 })
    for (const name of ['notes.txt', 'images/mine.png', 'parquet-files/batch_00000.parquet']) {
      const output = folder()
      mkdirSync(join(output, name, '..'), { recursive: true })
      writeFileSync(join(output, name), 'mine')
      await expect(results.exportDataDesignerFolder(output)).rejects.toMatchObject({ kind: 'usage' })
      if (name !== 'notes.txt')
        await expect(results.exportDataDesignerFolder(output, { force: true })).rejects.toMatchObject({ kind: 'usage' })
      else await results.exportDataDesignerFolder(output, { force: true })
      expect(readFileSync(join(output, name), 'utf8')).toBe('mine')
    }
  })

  it('puts a dataset in the place of another only where that was said, and of one that was cut short', async () => {
    const output = join(folder(), 'out')
    await (await made({ rows: 9 })).exportDataDesignerFolder(output, { bufferSize: 2 })
    const results = await made({ rows: 2 })
    await expect(results.exportDataDesignerFolder(output)).rejects.toThrow('a dataset is there already')
    await results.exportDataDesignerFolder(output, { force: true })
    expect(await readAll(join(output, 'parquet-files'))).toHaveLength(2)
    rmSync(join(output, 'metadata.json'))
    await results.exportDataDesignerFolder(output)
    expect(existsSync(join(output, 'metadata.json'))).toBe(true)
  })

  it('refuses what is no run, and batches of nothing', async () => {
    const results = await made({ rows: 1 })
    await expect(results.exportDataDesignerFolder(join(folder(), 'out'), { bufferSize: 0 })).rejects.toThrow(
      'expected a whole number from 1',
    )
    const { exportDataDesignerFolder } = await import('./data-designer-folder.ts')
    await expect(exportDataDesignerFolder(folder(), join(folder(), 'out'))).rejects.toThrow('it is no run')
  })
})

it.each(['data_designer', null] as const)(
  'keys of objects that are null stand in the files, in every batch, under compat %s',
  async compat => {
    const made = customColumnGenerator({ requiredColumns: ['i'] }, function made(row: Row) {
      const last = row['i'] === 3
      return { ...row, c: { is_valid: null, error: last ? 'late' : null, of: { k: null }, all: [{ a: null, b: 1 }] } }
    })
    const path = folder()
    const builder = new DataDesignerConfigBuilder()
      .withSeedDataset(new RowsSeedSource({ rows: [{ i: 1 }, { i: 2 }, { i: 3 }] }))
      .addColumn(new CustomColumnConfig({ name: 'c', generatorFunction: made }))
    const results = await new DataDesigner({ compat, runConfig: { bufferSize: 1 } }).create(builder, { path, numRecords: 3 })
    const output = join(folder(), 'out')
    await results.exportDataDesignerFolder(output, { bufferSize: 1 })
    using database = await openDatabase()
    for (const files of [join(path, 'parts'), join(output, 'parquet-files')]) {
      const read = `SELECT to_json(c)::VARCHAR FROM read_parquet(${quoted(join(files, '*.parquet'))}) ORDER BY i`
      const shown = (await database.connection.runAndReadAll(read)).getRows().map(([text]) => JSON.parse(String(text)))
      const object = (error: string | null) => ({ is_valid: null, error, of: { k: null }, all: [{ a: null, b: 1 }] })
      expect(shown).toEqual([object(null), object(null), object('late')])
    }
  },
)
