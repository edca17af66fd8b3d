import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Declaration, publicDeclarations } from '../scripts/declarations.ts'
import * as face from '../src/index.ts'
import { Ledger } from '../src/rollout/log/ledger.ts'
import { Source } from '../src/rollout/log/source.ts'
import { root } from './sources.ts'

// Every function and method that the package exports and that takes options refuses one that nobody knows, by its name, and so do those
// that take none: JavaScript would drop it without a word. They are found in the types that are shipped, so that none is forgotten.

const object = { misspelt_word: 1 }
const wrong = object as never
const folder = mkdtempSync(join(tmpdir(), 'tracewright-functions-'))
const rows = join(folder, 'rows.jsonl')
writeFileSync(rows, '{"a":1}\n')

const builder = () =>
  new face.DataDesignerConfigBuilder()
    .withSeedDataset(new face.RowsSeedSource({ rows: [{ a: 1 }] }))
    .addColumn(new face.ExpressionColumnConfig({ name: 'b', expr: '{{ a }}' }))
const preview = () => new face.DataDesigner().preview(builder(), { numRecords: 1 })
let creation: Promise<face.DatasetCreationResults> | undefined
const made = () => {
  creation ??= new face.DataDesigner().create(builder(), { artifactPath: folder, datasetName: 'made', numRecords: 1 })
  return creation
}
const workflow = () => new face.DataDesigner().composeWorkflow({ name: 'flow' })
let flown: Promise<face.CompositeWorkflowResults> | undefined
const flow = () => {
  flown ??= workflow().addStage('one', builder(), { numRecords: 1 }).run({ artifactPath: folder })
  return flown
}
const template = () => face.compileTemplate('{{ a }}')
const log = async () => {
  using source = new Source(folder)
  using _ = source
  await Array.fromAsync(face.readLines(source, 'rows.jsonl', new Ledger({ key: 'a', files: ['rows.jsonl'] }), wrong))
}

/** How each is called, with options that nobody knows. */
const CALLS: { readonly [name: string]: () => unknown } = {
  addLabels: () => face.addLabels(folder, wrong),
  configFromJSON: () => face.configFromJSON({ columns: [] }, wrong),
  costOf: () => face.costOf(rows, wrong),
  customColumnGenerator: () => face.customColumnGenerator(wrong, row => row as never),
  declaredNames: () => face.declaredNames(folder, wrong),
  diffExports: () => face.diffExports(folder, folder, wrong),
  exportDataset: () => face.exportDataset([], wrong),
  ingestShard: () => face.ingestShard(folder, 0, wrong),
  ingestStatus: () => face.ingestStatus(folder, wrong),
  ingestToFile: () => face.ingestToFile(wrong),
  ingestToStore: () => face.ingestToStore(wrong),
  loadConfig: () => face.loadConfig(rows, wrong),
  mergeIngest: () => face.mergeIngest(folder, wrong),
  mergeShards: () => face.mergeShards(folder, wrong),
  openDataset: () => face.openDataset(rows, wrong),
  openRollouts: () => face.openRollouts(wrong),
  openShards: () => face.openShards(folder, wrong),
  planIngest: () => face.planIngest(wrong),
  planShards: () => face.planShards(builder(), wrong),
  publishRun: () => face.publishRun(folder, folder, wrong),
  pushExport: () => face.pushExport(folder, wrong),
  readDataDesignerHome: () => face.readDataDesignerHome(folder, wrong),
  readFacts: () => Array.fromAsync(face.readFacts(rows, wrong)),
  readLabels: () => face.readLabels(folder, wrong),
  readLines: log,
  refreshLabels: () => face.refreshLabels(folder, wrong),
  renderTemplate: () => face.renderTemplate('a', {}, wrong),
  compileTemplate: () => face.compileTemplate('a', wrong),
  runFailures: () => Array.fromAsync(face.runFailures(folder, wrong)),
  runStages: () => Array.fromAsync(face.runStages([], [{ stage: 'view', ...object }])),
  runStatus: () => face.runStatus(folder, wrong),
  scanFolder: () => face.scanFolder(folder, wrong),
  scanMachine: () => face.scanMachine({}, 'linux', wrong),
  searchStore: () => face.searchStore(folder, 'a', wrong),
  selectFacts: () => Array.fromAsync(face.selectFacts(rows, wrong)),
  sessionHTML: () => face.sessionHTML({} as never, wrong),
  sessionMarkdown: () => face.sessionMarkdown({} as never, wrong),
  sessionText: () => face.sessionText({} as never, wrong),
  shardStatus: () => face.shardStatus(folder, wrong),
  startStudio: () => face.startStudio(wrong),
  toAtif: () => face.toAtif({} as never, wrong),
  'CompositeWorkflow.addStage': () => workflow().addStage('one', builder(), wrong),
  'CompositeWorkflow.run': () => workflow().addStage('one', builder()).run(wrong),
  'CompositeWorkflowResults.export': async () => (await flow()).export(join(folder, 'a.jsonl'), wrong),
  'CompositeWorkflowResults.exportStage': async () => (await flow()).exportStage('one', join(folder, 'a.jsonl'), wrong),
  'DataDesigner.checkModels': () => new face.DataDesigner().checkModels(builder(), wrong),
  'DataDesigner.checkTools': () => new face.DataDesigner().checkTools(builder(), wrong),
  'DataDesigner.composeWorkflow': () => new face.DataDesigner().composeWorkflow(wrong),
  'DataDesigner.validate': () => new face.DataDesigner().validate(builder(), wrong),
  'DataDesigner.create': () => new face.DataDesigner().create(builder(), wrong),
  'DataDesigner.listMcpToolNames': () => new face.DataDesigner().listMcpToolNames('a', wrong),
  'DataDesigner.setRunConfig': () => new face.DataDesigner().setRunConfig(object as never),
  'DataDesigner.preview': () => new face.DataDesigner().preview(builder(), wrong),
  'DataDesignerConfigBuilder.addColumn': () => builder().addColumn({ column_type: 'expression', name: 'c', expr: 'a', ...object }),
  'DataDesignerConfigBuilder.addConstraint': () => builder().addConstraint({ target_column: 'a', operator: 'lt', rhs: 1, ...object }),
  'DataDesignerConfigBuilder.addModelConfig': () => builder().addModelConfig({ alias: 'a', model: 'b', ...object }),
  'DataDesignerConfigBuilder.addProcessor': () =>
    builder().addProcessor({ processor_type: 'drop_columns', name: 'c', column_names: ['a'], ...object }),
  'DataDesignerConfigBuilder.addProfiler': () => builder().addProfiler({ model_alias: 'a', ...object }),
  'DataDesignerConfigBuilder.addToolConfig': () => builder().addToolConfig({ tool_alias: 'a', providers: ['b'], ...object }),
  'DataDesignerConfigBuilder.fromConfig': () => face.DataDesignerConfigBuilder.fromConfig({ columns: [] }, wrong),
  'DataDesignerConfigBuilder.withSeedDataset': () => builder().withSeedDataset(new face.RowsSeedSource({ rows: [] }), wrong),
  'DataDesignerConfigBuilder.writeConfig': () => builder().writeConfig(join(folder, 'a.json'), wrong),
  'Dataset.numbers': async () => Array.fromAsync((await face.openDataset(rows)).numbers(wrong)),
  'Dataset.rows': async () => Array.fromAsync((await face.openDataset(rows)).rows(wrong)),
  'DatasetAnalysis.reportHTML': async () => (await preview()).analysis.reportHTML(wrong),
  'DatasetAnalysis.reportText': async () => (await preview()).analysis.reportText(wrong),
  'DatasetAnalysis.toReport': async () => (await preview()).analysis.toReport(wrong),
  'DatasetCreationResults.displaySampleRecord': async () => (await made()).displaySampleRecord(wrong),
  'DatasetCreationResults.export': async () => (await made()).export(join(folder, 'a.jsonl'), wrong),
  'DatasetCreationResults.exportDataDesignerFolder': async () => (await made()).exportDataDesignerFolder(join(folder, 'dd'), wrong),
  'CompositeWorkflowResults.pushToHub': async () => (await flow()).pushToHub('a/b', 'c', wrong),
  'DatasetCreationResults.pushToHub': async () => (await made()).pushToHub('a/b', 'c', wrong),
  'PreviewResults.displaySampleRecord': async () => (await preview()).displaySampleRecord(wrong),
  'RunConfig.from': () => face.RunConfig.from(wrong),
  'Template.evaluate': () => template().evaluate({ a: 1 }, wrong),
  'Template.render': () => template().render({ a: 1 }, wrong),
  'Template.renderChat': () => template().renderChat({ a: 1 }, wrong),
}

it.each(Object.entries(CALLS))('%s refuses what it does not know', async (_name, call) => {
  await expect((async () => call())()).rejects.toThrow(/(?:[Uu]nknown (?:option|key)|Cannot use option|has no setting) 'misspelt_word'/)
})

it('these are all that take options, and all that could seem to', () => {
  const found = publicDeclarations(join(root, 'dist')).filter(({ isExported }) => isExported)
  expect(found.flatMap(takers).sort()).toEqual(Object.keys(CALLS).sort())
})

/** Functions and methods of a declaration that take options, or nothing behind their arguments. */
function takers({ kind, name, text, members }: Declaration): string[] {
  const isTaker = (signature: string) => parametersOf(signature).some(takesOptions)
  if (kind === 'function') return isTaker(text.replace(/\/\*\*[\s\S]*?\*\//g, '')) ? [name] : []
  if (kind !== 'class') return []
  const methods = members.filter(({ name, depth }) => depth === 0 && name !== 'constructor' && !OF_THE_ENGINE.includes(name))
  return methods.filter(({ signature }) => /\(/.test(signature) && isTaker(signature)).map(member => `${name}.${member.name}`)
}

/** What the engine calls of a column and a constraint, and nobody else. */
const OF_THE_ENGINE = ['ask', 'holds', 'open', 'problems']

const TAKES = /^(?:options|given|layout|limits|settings|selectors|metadata|more)\b/

function takesOptions(parameter: string): boolean {
  const type = parameter.slice(parameter.indexOf(':', parameter.startsWith('{') ? parameter.indexOf('}') : 0) + 1).trim()
  return TAKES.test(parameter.replace(/^\.\.\./, '')) || type.startsWith('{') || /\b\w+(?:Options|Layout|Limits|Selectors)\b/.test(type)
}

/** The parameters of a signature, at its first parenthesis. */
function parametersOf(signature: string): string[] {
  const found: string[] = []
  let depth = 0
  let from = signature.indexOf('(') + 1
  for (let i = from - 1; i < signature.length; i++) {
    const sign = signature[i]!
    if ('({[<'.includes(sign)) depth++
    else if (sign === ',' && depth === 1) {
      found.push(signature.slice(from, i))
      from = i + 1
    } else if (')}]'.includes(sign) || (sign === '>' && signature[i - 1] !== '=')) {
      if (--depth > 0) continue
      found.push(signature.slice(from, i))
      break
    }
  }
  return found.map(parameter => parameter.trim()).filter(parameter => parameter !== '')
}
