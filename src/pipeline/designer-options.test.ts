import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { ExpressionColumnConfig } from '../column/expression.ts'
import { ChatServer, send } from '../model/testing/chat-server.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { DataDesignerConfigBuilder } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-designer-'))
const counted = (rows: number) =>
  new DataDesignerConfigBuilder()
    .withSeedDataset(new RowsSeedSource({ rows: Array.from({ length: rows }, (_, n) => ({ n })) }))
    .addColumn(new ExpressionColumnConfig({ name: 'said', expr: 'number {{ n }}' }))

it('datasets and workflows are made in the folder of the designer, where they name no other', async () => {
  const designer = new DataDesigner({ artifactPath: join(folder, 'mine') })
  expect([designer.artifactPath, new DataDesigner().artifactPath]).toEqual([join(folder, 'mine'), 'artifacts'])
  expect((await designer.create(counted(1), { datasetName: 'one' })).path).toBe(join(folder, 'mine', 'one'))
  expect((await designer.create(counted(1), { datasetName: 'one', artifactPath: join(folder, 'other') })).path).toBe(
    join(folder, 'other', 'one'),
  )
  const flown = await designer.composeWorkflow({ name: 'flow' }).addStage('first', counted(2)).run()
  expect(flown.path).toBe(join(folder, 'mine', 'flow'))
  expect(flown.keys()).toEqual(['first'])
  expect(flown.items().map(([name]) => name)).toEqual(['first'])
  expect(flown.getStageOutputPath('first').startsWith(flown.path)).toBe(true)
})

it.each([
  [{ artifact_path: 'a' }, "Write it 'artifactPath'"],
  [{ artifactPat: 'a' }, "Did you mean 'artifactPath'?"],
  [{ secret_resolver: null }, 'apiKey of a ModelProvider'],
  [{ seedReaders: [] }, 'defineSeed'],
  [{ personReader: null }, 'managedAssetsPath'],
  [{ autoConfigureLogging: false }, 'Nothing is logged'],
  ['a', '{ artifactPath: … }'],
  [null, '{ artifactPath: … }'],
])('a designer of %j tells what to write', (options, hint) => {
  expect(() => new DataDesigner(options as never)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }))
})

it('the way in which runs go is set for those that begin from then on, and each file is told of when it is finished', async () => {
  const designer = new DataDesigner({ artifactPath: folder })
  expect(designer.runConfig.bufferSize).toBe(null)
  designer.setRunConfig({ buffer_size: 2 })
  expect(designer.runConfig.bufferSize).toBe(2)
  const files: string[] = []
  const made = await designer.create(counted(5), { datasetName: 'batches', onBatchComplete: path => void files.push(path) })
  expect(files).toHaveLength(3)
  expect(files.every(file => file.startsWith(made.path) && existsSync(file))).toBe(true)
  const stopped = designer.create(counted(5), {
    datasetName: 'stopped',
    onBatchComplete: () => {
      throw new Error('the disk is full')
    },
  })
  await expect(stopped).rejects.toThrow('the disk is full')
})

it('models and providers that are known without being defined are told', () => {
  const designer = new DataDesigner()
  expect(designer.getDefaultModelConfigs().map(({ alias }) => alias)).toContain('nvidia-text')
  expect(designer.getDefaultModelProviders().map(({ name }) => name)).toContain('nvidia')
})

it('the tools of a server are told by their names, and the server is stopped', async () => {
  const args = [fileURLToPath(new URL('../model/testing/tool-server.mjs', import.meta.url)), 'sum', 'lines']
  const designer = new DataDesigner({ mcpProviders: [{ name: 'local', command: process.execPath, args }] })
  expect(await designer.listMcpToolNames('local')).toEqual(['sum', 'lines'])
  await expect(designer.listMcpToolNames('other')).rejects.toThrow("Unknown MCP server 'other': expected one of local")
  await expect(designer.listMcpToolNames('local', { timeout: 1 } as never)).rejects.toThrow("Unknown option 'timeout'")
})

it('a model that does not answer at first is asked again, as often as is said', async () => {
  await using server = await ChatServer.start((_seen, n, response) => {
    if (n % 3 !== 0) send(response, 400, { error: { message: 'not yet' } })
    else send(response, 200, { choices: [{ message: { content: 'Yes' }, finish_reason: 'stop' }] })
  })
  const designer = new DataDesigner({ modelProviders: [{ name: 'here', endpoint: server.endpoint }] })
  const builder = new DataDesignerConfigBuilder({ modelConfigs: [{ alias: 'm', model: 'm', provider: 'here' }] })
  expect((await designer.checkModels(builder, { maxAttempts: 3 }))[0]!.error).toBe(null)
  expect((await designer.checkModels(builder, { maxAttempts: 2, retryBackoffSeconds: 0.01 }))[0]!.error).toContain('not yet')
  await expect(designer.checkModels(builder, { maxAttempts: 0 })).rejects.toThrow('maxAttempts')
})

it('a file is written in the format that is named, whatever its ending', async () => {
  const made = await new DataDesigner({ artifactPath: folder }).create(counted(1), { datasetName: 'formats' })
  await made.export(join(folder, 'rows.txt'), { format: 'jsonl' })
  expect(JSON.parse(readFileSync(join(folder, 'rows.txt'), 'utf8'))).toEqual({ n: 0, said: 'number 0' })
  await expect(made.export(join(folder, 'rows.x'), { format: 'jsonn' })).rejects.toThrow(
    expect.objectContaining({ hint: "Did you mean 'json'?" }),
  )
})
