import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { decodeText } from '../../disk/decode-text.ts'
import { readBytes } from '../../disk/read-file.ts'
import { refuseIrregular } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import { booleanAt, choiceAt, type Fields, listAt, numberAt, refuseUnknownKeys, requiredStringAt, stringAt } from '../../fields.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { selectionFromJSON } from '../../seed/select.ts'
import { configFromJSON, type DataDesignerConfigBuilder, loadConfig } from '../config/builder.ts'
import type { LoadOptions } from '../config/load.ts'
import { readYaml } from '../config/yaml/yaml-read.ts'
import type { ProcessorKind } from '../processors/processor.ts'
import { processorFromJSON } from '../processors/processor-from-json.ts'
import * as processorTypes from '../processors/processors.ts'
import type { StageOptions } from './stage.ts'

/** A workflow as a file says it, its configs loaded. */
export type LoadedWorkflow = {
  /** Its name, and that of its folder. */
  name: string
  /** Its stages, in their order. */
  stages: { name: string; builder: DataDesignerConfigBuilder; options: StageOptions }[]
}

/** Load a workflow from YAML or JSON: a name, and stages with a config each, as a path from where the file is or written out. Throws with the place of what is wrong. */
export async function loadWorkflow(path: string, options: LoadOptions = {}): Promise<LoadedWorkflow> {
  const file = resolve(path)
  if (!existsSync(file))
    throw new TracewrightError('file', `Cannot load workflow '${path}': there is no such file`, {
      hint: 'Name a YAML or JSON file with name and stages, each with a config',
    })
  refuseIrregular(file, 'load workflow')
  const read = readYaml(decodeText(readBytes(file), 'load workflow', path), path)
  if (!isObject(read))
    throw new TracewrightError('config', 'Cannot load a workflow: expected an object with name and stages', { where: path })
  refuseUnknownKeys(read, WORKFLOW_FIELDS, path)
  const stages = listAt(read, 'stages', path) ?? []
  if (stages.length === 0) throw new TracewrightError('config', 'stages: found none, expected at least one', { where: path })
  const loaded: LoadedWorkflow['stages'] = []
  for (const [i, stage] of stages.entries()) loaded.push(await stageFromJSON(stage, `${path}, stages[${i}]`, dirname(file), options))
  return { name: requiredStringAt(read, 'name', path), stages: loaded }
}

/** Keys of a workflow's file. */
export const WORKFLOW_FIELDS: Fields = {
  name: ['text', '', 'its name, and that of its folder'],
  stages: ['list', '', 'what is run, one after the other'],
}

/** Keys of a stage. */
export const STAGE_FIELDS: Fields = {
  name: ['text', '', 'its name; unique in the workflow'],
  config: ['path or object', '', 'the config: a file, from where this one is, or written out; its seed counts in the first stage alone'],
  num_records: ['whole number from 1', 'all that the stage before gave', 'rows to draw; more than there are draws some again'],
  output: ['`final` or `processor:NAME`', '`final`', 'what goes to the next stage'],
  output_processors: ['list', 'none', 'processors that work on the finished rows; what comes of them goes to the next stage'],
  allow_empty: ['true or false', 'false', 'it may give no rows; those behind it are then passed over'],
  sampling_strategy: ['`ordered` or `shuffle`', '`ordered`', 'the order in which rows of the stage before are drawn'],
  selection_strategy: ['object', 'all', 'which of them: `start` and `end`, or `index` and `num_partitions`'],
}

async function stageFromJSON(given: Json, where: string, folder: string, options: LoadOptions): Promise<LoadedWorkflow['stages'][number]> {
  if (!isObject(given)) throw new TracewrightError('config', 'Found no object, expected a stage with name and config', { where })
  refuseUnknownKeys(given, STAGE_FIELDS, where)
  const numRecords = numberAt(given, 'num_records', where)
  const output = stringAt(given, 'output', where)
  const samplingStrategy = choiceAt(given, 'sampling_strategy', where, ['ordered', 'shuffle'])
  const known = [...Object.values<ProcessorKind>(processorTypes), ...(options.extensions?.processors ?? [])]
  return {
    name: requiredStringAt(given, 'name', where),
    builder: await builderOf(given, where, folder, options),
    options: {
      numRecords,
      ...(output === null ? {} : { output }),
      outputProcessors: (listAt(given, 'output_processors', where) ?? []).map((processor, i) => {
        if (isObject(processor)) return processorFromJSON(processor, known)
        throw new TracewrightError('config', `output_processors[${i}]: found no object, expected a processor`, { where })
      }),
      allowEmpty: booleanAt(given, 'allow_empty', where) ?? false,
      ...(samplingStrategy === null ? {} : { samplingStrategy }),
      selectionStrategy: selectionFromJSON(given['selection_strategy']),
    },
  }
}

async function builderOf(given: JsonObject, where: string, folder: string, options: LoadOptions): Promise<DataDesignerConfigBuilder> {
  const { config } = given
  if (typeof config === 'string') return loadConfig(join(folder, config), options)
  if (!isObject(config)) throw new TracewrightError('config', 'config: found nothing, expected a path or a config', { where })
  const builder = configFromJSON(config, options)
  builder.baseFolder = folder
  return builder
}
