import { existsSync, readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { Problem } from '../column/column.ts'
import { columnFromJSON } from '../column/from-json.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { choiceAt, collectMistakes, listAt, MISSING_TEXT, objectAt, refuseUnknownKeys, stringAt } from '../fields.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { ModelConfig } from '../model/model-config.ts'
import { unknownName } from '../registered-name.ts'
import { constraintFromJSON } from '../sampler/constraint.ts'
import * as seedTypes from '../seed/seeds.ts'
import { selectionFromJSON } from '../seed/select.ts'
import { systemReason } from '../system-error.ts'
import { DataDesignerConfigBuilder } from './builder.ts'
import { importModule } from './import-module.ts'
import { ConfigProblems, mistakesOf } from './plan.ts'
import type { ProcessorConfig } from './processor.ts'
import * as processorTypes from './processors.ts'
import { checkProfiler } from './profiler.ts'
import { readYaml } from './yaml-read.ts'

/** What a config file cannot hold and code brings along. */
export type LoadOptions = {
  /** Functions that custom columns name. */
  functions?: { [name: string]: unknown }
}

const CONFIG_KEYS = ['columns', 'model_configs', 'tool_configs', 'seed_config', 'constraints', 'profilers', 'processors']

/** Build a config from Data Designer's schema, with or without the `data_designer` wrapper. Throws with every mistake and its place. */
export function configFromJSON(config: Json, options: LoadOptions = {}): DataDesignerConfigBuilder {
  if (!isObject(config))
    throw new TracewrightError(
      'config',
      `Cannot load a config: found ${wordFor(config)}, expected an object with 'columns' or 'data_designer'`,
    )
  const body = 'data_designer' in config ? objectAt(config, 'data_designer', 'config') : config
  if (body === null) throw new TracewrightError('config', 'data_designer: found nothing, expected an object')
  const mistakes: Problem[] = []
  const note = (error: TracewrightError) => {
    const place = /^column '(.*?)'/.exec(error.where ?? '')?.[1] ?? null
    const where = error.where === null || place !== null ? error.where?.slice(`column '${place}'`.length).replace(/^, /, '') : error.where
    const message = `${where ? `${where}: ` : ''}${error.message}`
    // What follows from a missing word is no mistake of its own.
    if (message.includes(MISSING_TEXT)) return
    // A field that was wrong is missing, too.
    const key = /^(.*?: )found nothing/.exec(message)?.[1]
    if (key !== undefined && mistakes.some(told => told.column === place && told.message.startsWith(`${key}found`))) return
    mistakes.push({ level: 'error', column: place, message, ...(error.hint === null ? {} : { hint: error.hint }) })
  }
  const collect = <T>(make: () => T): T[] => {
    try {
      return [collectMistakes(note, make)]
    } catch (error) {
      if (!(error instanceof TracewrightError)) throw error
      note(error)
      return []
    }
  }
  collect(() => refuseUnknownKeys(body, body === config ? [...CONFIG_KEYS, 'library_version'] : CONFIG_KEYS, 'config'))
  if (body !== config) collect(() => refuseUnknownKeys(config, ['data_designer', 'library_version'], 'config'))
  const objects = (key: string) =>
    (collect(() => listAt(body, key, 'config'))[0] ?? []).flatMap((item, i) =>
      isObject(item) ? [item] : collect(() => refuseNonObject(item, `${key}[${i}]`)),
    )
  const columnConfigs = objects('columns')
  const builder = new DataDesignerConfigBuilder({
    modelConfigs: objects('model_configs').flatMap(model => collect(() => ModelConfig.fromJSON(model))),
    loaded: {
      libraryVersion: collect(() => stringAt(config, 'library_version', 'config'))[0] ?? null,
      writesResize: columnConfigs.some(column => 'allow_resize' in column),
      carried: {
        constraints: Array.isArray(body['constraints']) ? [] : null,
        processors: body['processors'] === undefined || body['processors'] === null ? null : [],
        profilers: body['profilers'] ?? null,
      },
    },
  })
  for (const [i, profiler] of objects('profilers').entries()) collect(() => checkProfiler(profiler, `profilers[${i}]`))
  for (const tools of objects('tool_configs')) collect(() => builder.addToolConfig(tools))
  for (const [i, constraint] of objects('constraints').entries())
    for (const made of collect(() => constraintFromJSON(constraint, `constraints[${i}]`))) builder.addConstraint(made)
  collect(() => addSeed(builder, objectAt(body, 'seed_config', 'config')))
  const functions = new Map(Object.entries(options.functions ?? {}))
  const unread: string[] = []
  for (const json of columnConfigs) {
    const made = collect(() => columnFromJSON(json, functions))
    if (made.length === 0) unread.push(String(json['name']))
    for (const column of made) collect(() => builder.addColumn(column))
  }
  for (const processor of objects('processors')) collect(() => builder.addProcessor(processorFromJSON(processor)))
  if (mistakes.length > 0) throw new ConfigMistakes({ mistakes, unread }, builder)
  return builder
}

/** A config that cannot be read as it stands. What could be read of it is checked, too, so that one round tells all. */
class ConfigMistakes extends ConfigProblems {
  private readonly read: Unreadable
  private readonly builder: DataDesignerConfigBuilder

  /** `seedColumns` null: not known without looking into the seed. */
  constructor(read: Unreadable, builder: DataDesignerConfigBuilder, seedColumns = builder.seedConfig?.source.columns ?? null) {
    super([...read.mistakes, ...furtherProblems(read, builder, seedColumns)])
    this.read = read
    this.builder = builder
  }

  /** The same, with what shows when the columns of the seed are known. */
  async complete(): Promise<ConfigMistakes> {
    const source = this.builder.seedConfig?.source
    if (source === undefined || source.columns !== null) return this
    try {
      const seed = await source.open()
      seed.close()
      return new ConfigMistakes(this.read, this.builder, seed.columns)
    } catch (error) {
      const mistake: Problem = { level: 'error', column: null, message: `seed_config.source: ${messageOf(error)}` }
      return new ConfigMistakes({ ...this.read, mistakes: [...this.read.mistakes, mistake] }, this.builder, null)
    }
  }
}

/** What could not be read of a config: mistakes, and names of the columns that are not there for them. */
type Unreadable = { mistakes: readonly Problem[]; unread: readonly string[] }

/** What else is wrong. Nothing that only follows: columns that could not be read are not there, nor is a seed that is not known. */
function furtherProblems({ unread }: Unreadable, builder: DataDesignerConfigBuilder, seedColumns: readonly string[] | null): Problem[] {
  const isUnknownSeed = seedColumns === null
  return mistakesOf(builder, seedColumns ?? []).filter(({ message, hint = '' }) => {
    const read = /reads '(.*?)', which is neither/.exec(message)?.[1]
    if (read !== undefined && (isUnknownSeed || unread.some(name => read === name || read.startsWith(`${name}__`)))) return false
    return !`${message}${hint}`.includes(MISSING_TEXT) && message !== 'The config has neither a seed nor a column'
  })
}

function wordFor(value: Json): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/**
 * Load a config: YAML or JSON in Data Designer's schema, or a TypeScript or JavaScript module that exports a builder (as
 * `configBuilder`, as default, or from `loadConfigBuilder()`).
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<DataDesignerConfigBuilder> {
  const file = resolve(path)
  if (!existsSync(file)) throw new TracewrightError('file', `Cannot load config '${path}': there is no such file`)
  const extension = extname(file)
  if (['.ts', '.mts', '.js', '.mjs'].includes(extension)) return loadModule(file, path)
  if (!['.yaml', '.yml', '.json'].includes(extension))
    throw new TracewrightError(
      'usage',
      `Cannot load config '${path}': expected a name that ends in .yaml, .yml, .json, .ts, .mts, .js or .mjs`,
    )
  const value = readYaml(textOf(file, path), path)
  try {
    return configFromJSON(value, options)
  } catch (error) {
    if (error instanceof ConfigMistakes) throw await error.complete()
    if (!(error instanceof TracewrightError)) throw error
    throw new TracewrightError(error.kind, error.message, {
      where: error.where === null ? path : `${path}: ${error.where}`,
      ...(error.hint === null ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}

function textOf(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new TracewrightError('file', `Cannot load config '${path}': ${systemReason(error)}`, { cause: error })
  }
}

async function loadModule(file: string, path: string): Promise<DataDesignerConfigBuilder> {
  let module: { [name: string]: unknown }
  try {
    module = await importModule(file)
  } catch (error) {
    throw new TracewrightError('config', `Cannot load config module: ${messageOf(error)}`, { where: path, cause: error })
  }
  const make = module['loadConfigBuilder']
  const exported = typeof make === 'function' ? await make() : (module['configBuilder'] ?? module['default'])
  if (isBuilder(exported)) return exported
  throw new TracewrightError(
    'config',
    `Cannot load config module: it exports ${Object.keys(module).join(', ') || 'nothing'}, expected a DataDesignerConfigBuilder`,
    {
      where: path,
      hint: "Export it as 'configBuilder', as default, or return it from 'loadConfigBuilder()'",
    },
  )
}

/** Judged by its shape: a config may import another copy of this package. */
function isBuilder(value: unknown): value is DataDesignerConfigBuilder {
  return typeof value === 'object' && value !== null && 'columns' in value && 'withSeedDataset' in value
}

function addSeed(builder: DataDesignerConfigBuilder, seed: JsonObject | null): void {
  if (seed === null) return
  const where = 'seed_config'
  refuseUnknownKeys(seed, ['source', 'sampling_strategy', 'selection_strategy'], where)
  const source = objectAt(seed, 'source', where)
  if (source === null) throw new TracewrightError('config', 'source: found nothing, expected an object', { where })
  const name = stringAt(source, 'seed_type', `${where}.source`)
  const type = Object.values(seedTypes).find(candidate => candidate.name === name)
  if (type === undefined) throw unknownName('seed_type', name, Object.values(seedTypes), `${where}.source`)
  builder.withSeedDataset(type.fromJSON(source), {
    samplingStrategy: choiceAt(seed, 'sampling_strategy', where, ['ordered', 'shuffle']) ?? 'ordered',
    selectionStrategy: selectionFromJSON(seed['selection_strategy']),
  })
}

function refuseNonObject(item: Json, place: string): never {
  throw new TracewrightError('config', `${place}: found ${JSON.stringify(item).slice(0, 60)}, expected an object`)
}

function processorFromJSON(config: JsonObject): ProcessorConfig {
  const name = stringAt(config, 'processor_type', 'a processor')
  const type = Object.values(processorTypes).find(candidate => candidate.name === name)
  if (type === undefined)
    throw unknownName(
      'processor_type',
      name,
      Object.values(processorTypes),
      `processor '${stringAt(config, 'name', 'a processor') ?? '?'}'`,
    )
  return type.fromJSON(config)
}
