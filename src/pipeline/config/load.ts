import type { ColumnType, Problem } from '../../column/column.ts'
import * as columnTypes from '../../column/columns.ts'
import { columnFromJSON } from '../../column/from-json.ts'
import { validationWith } from '../../column/validation.ts'
import type { Compat } from '../../compat.ts'
import { TracewrightError } from '../../errors.ts'
import { collectorOf, listAt, MISSING_TEXT, objectAt, refuseUnknownKeys, stringAt } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import { type ToolServer, toolServerFrom } from '../../model/tools/mcp-provider.ts'
import { ToolConfig } from '../../model/tools/tool-config.ts'
import { constraintFromJSON } from '../../sampler/constraint.ts'
import type { SeedType } from '../../seed/seed.ts'
import * as seedTypes from '../../seed/seeds.ts'
import type { ConfigParts } from '../plan/config-parts.ts'
import { ConfigProblems } from '../plan/config-problems.ts'
import { furtherMistakes } from '../plan/further-mistakes.ts'
import type { Planned } from '../plan/plan.ts'
import { lookedAt, seedProblem } from '../plan/plan-over-seed.ts'
import { schemaProblems } from '../plan/problems/schema-problems.ts'
import { checkProfiler } from '../plan/profiler.ts'
import type { ProcessorKind } from '../processors/processor.ts'
import { processorFromJSON } from '../processors/processor-from-json.ts'
import * as processorTypes from '../processors/processors.ts'
import { profileOf } from '../rows/template-mode.ts'
import { type ConfigDefaults, modelsOf, toolsOf } from './config-defaults.ts'
import { CONFIG_FIELDS, WRAPPER_FIELDS } from './config-fields.ts'
import { seedFromJSON } from './seed-from-json.ts'

/** What a config file cannot hold and code brings along. */
export type LoadOptions = {
  /** Functions that custom columns name. */
  functions?: { [name: string]: unknown }
  /** Types of other packages that the config names. */
  extensions?: Extensions
  /** Providers beside the predefined ones; where they are given, models that name any other are told among the mistakes of the config. */
  providers?: readonly ModelProvider[]
  /** Models and tools that columns may name without the config defining them. */
  defaults?: ConfigDefaults
  /** MCP servers; where they are given, tools of any other are told among the mistakes of the config. */
  mcpProviders?: readonly (ToolServer | JsonObject)[]
  /** Whose rules templates are held to where other mistakes are told: those of the designer that will run the config. */
  compat?: Compat | null
}

/** What other packages add to what a config can name, made by `defineColumn`, `defineSeed`, `defineProcessor` and `defineValidator`. */
export type Extensions = {
  /** Values of `column_type`. */
  columns?: readonly ColumnType[]
  /** Values of `seed_type`. */
  seeds?: readonly SeedType[]
  /** Values of `processor_type`. */
  processors?: readonly ProcessorKind[]
  /** Values of `validator_type`. */
  validators?: Parameters<typeof validationWith>[0]
}

/** Read a config in Data Designer's schema, with or without the `data_designer` wrapper. Throws with every mistake and its place. */
export function partsFromJSON(config: Json, options: LoadOptions): ConfigParts {
  if (!isObject(config))
    throw new TracewrightError(
      'config',
      `Cannot load a config: found ${wordFor(config)}, expected an object with 'columns' or 'data_designer'`,
    )
  const body = 'data_designer' in config ? objectAt(config, 'data_designer', 'config') : config
  if (body === null) throw new TracewrightError('config', 'data_designer: found nothing, expected an object')
  const known = knownTypes(options.extensions)
  const mistakes: Problem[] = []
  const told = new Set<string>() // fields
  const note = (error: TracewrightError) => {
    const place = /^column '(.*?)'/.exec(error.where ?? '')?.[1] ?? null
    const where = error.where === null || place !== null ? error.where?.slice(`column '${place}'`.length).replace(/^, /, '') : error.where
    const message = `${where ? `${where}: ` : ''}${error.message}`
    // What follows from a missing word is no mistake of its own.
    if (message.includes(MISSING_TEXT) || place?.includes(MISSING_TEXT)) return
    // A field that was wrong is missing, too.
    const [, key, isMissing] = /^(.*?: )found( nothing)?/.exec(message) ?? []
    const field = `${place}\n${key}`
    if (isMissing !== undefined && told.has(field)) return
    if (key !== undefined) told.add(field)
    // One that was misspelt is missing, too.
    const meant = meantKey(message, error.hint ?? '')
    if (meant !== null) told.add(`${place}\n${meant}: `)
    mistakes.push({ level: 'error', column: place, message, ...(error.hint === null ? {} : { hint: error.hint }) })
  }
  const collect = collectorOf(note)
  const { library_version } = WRAPPER_FIELDS
  collect(() => refuseUnknownKeys(body, body === config ? { ...CONFIG_FIELDS, library_version } : CONFIG_FIELDS, 'config'))
  if (body !== config) collect(() => refuseUnknownKeys(config, WRAPPER_FIELDS, 'config'))
  const objects = (key: string) =>
    (collect(() => listAt(body, key, 'config'))[0] ?? []).flatMap((item, i) =>
      isObject(item) ? [item] : collect(() => refuseNonObject(item, `${key}[${i}]`)),
    )
  const columnConfigs = objects('columns')
  const seed = seedFromJSON(collect(() => objectAt(body, 'seed_config', 'config'))[0] ?? null, known.seeds, collect)
  const parts: ConfigParts = {
    modelConfigs: objects('model_configs').flatMap(model => collect(() => ModelConfig.fromJSON(model))),
    columns: [],
    processors: [],
    constraints: objects('constraints').flatMap((constraint, i) => collect(() => constraintFromJSON(constraint, `constraints[${i}]`))),
    toolConfigs: [],
    seedConfig: seed.config,
    libraryVersion: collect(() => stringAt(config, 'library_version', 'config'))[0] ?? null,
    writesResize: columnConfigs.some(column => 'allow_resize' in column),
    carried: {
      constraints: Array.isArray(body['constraints']) ? [] : null,
      processors: body['processors'] === undefined || body['processors'] === null ? null : [],
      profilers: body['profilers'] ?? null,
    },
  }
  for (const [i, profiler] of objects('profilers').entries()) collect(() => checkProfiler(profiler, `profilers[${i}]`))
  // Names that repeat are told with all other mistakes, when it is known whose rules hold.
  for (const tools of objects('tool_configs')) parts.toolConfigs.push(...collect(() => ToolConfig.fromJSON(tools)))
  const functions = new Map(Object.entries(options.functions ?? {}))
  const unread: string[] = []
  let areNamesKnown = true
  const _names = new Set<string>()
  for (const json of columnConfigs) {
    const made = collect(() => columnFromJSON(json, functions, known.columns))
    if (made.length === 0) unread.push(String(json['name']))
    // What it makes beside itself only its function says.
    if (made.length === 0 && json['column_type'] === 'custom') areNamesKnown = false
    parts.columns.push(...made)
  }
  for (const processor of objects('processors')) parts.processors.push(...collect(() => processorFromJSON(processor, known.processors)))
  if (mistakes.length > 0)
    throw new ConfigMistakes(
      {
        ...{ mistakes, unread, seedColumns: seed.columns, areNamesKnown },
        ...{ heldTo: heldTo(options), compat: options.compat ?? null, defaults: options.defaults ?? {} },
      },
      parts,
    )
  return parts
}

/** A config that cannot be read as it stands. What could be read of it is checked, too, so that one round tells all. */
export class ConfigMistakes extends ConfigProblems {
  private readonly read: Unreadable
  private readonly parts: ConfigParts

  /** `seedColumns` null: not known without looking into the seed. */
  constructor(read: Unreadable, parts: ConfigParts, seedColumns = read.seedColumns) {
    const modelConfigs = modelsOf(parts.columns, parts.modelConfigs, read.defaults)
    const toolConfigs = toolsOf(parts.columns, parts.toolConfigs, read.defaults)
    const given = { ...parts, modelConfigs, toolConfigs, ...read.heldTo }
    super([...read.mistakes, ...furtherMistakes(given, read.areNamesKnown ? seedColumns : null, read.unread)])
    this.read = read
    this.parts = parts
  }

  /** The same, with what shows when the columns of the seed are known. */
  async complete(baseFolder: string): Promise<ConfigMistakes> {
    const source = this.parts.seedConfig?.source
    const mistakes = [...this.read.mistakes, ...(await schemaProblems(this.parts.columns))]
    if (source === undefined) return new ConfigMistakes({ ...this.read, mistakes }, this.parts)
    try {
      const seed = await lookedAt(source, baseFolder, this.read.compat)
      seed?.close()
      return new ConfigMistakes({ ...this.read, mistakes }, this.parts, source.columns ?? seed?.columns ?? null)
    } catch (error) {
      if (!(error instanceof TracewrightError)) throw error
      return new ConfigMistakes({ ...this.read, mistakes: [...mistakes, seedProblem(error)] }, this.parts, source.columns)
    }
  }
}

/** What could not be read of a config: mistakes, and names of the columns that are not there for them; and what the rest is held against. */
type Unreadable = {
  mistakes: readonly Problem[]
  unread: readonly string[]
  seedColumns: readonly string[] | null // null: not known
  areNamesKnown: boolean // false: a column may make others that nobody knows of
  heldTo: HeldTo
  compat: Compat | null // whose way of reading the seed is followed
  defaults: ConfigDefaults
}

type HeldTo = Pick<Planned, 'providers' | 'toolServers' | 'profile'>

function heldTo({ providers, mcpProviders, compat = null }: LoadOptions): HeldTo {
  return {
    ...(providers === undefined ? {} : { providers }),
    ...(mcpProviders === undefined ? {} : { toolServers: mcpProviders.map(toolServerFrom) }),
    profile: profileOf(compat),
  }
}

function wordFor(value: Json): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'text' : `a ${typeof value}`
}

/** All types a config can name. One of another package does not take the name of one of ours. */
function knownTypes({ columns = [], seeds = [], processors = [], validators = [] }: Extensions = {}) {
  const own = Object.values<ColumnType>({ ...columnTypes, validation: validationWith(validators) })
  const all = {
    columns: [...own, ...columns],
    seeds: [...Object.values<SeedType>(seedTypes), ...seeds],
    processors: [...Object.values<ProcessorKind>(processorTypes), ...processors],
  }
  for (const [what, types] of Object.entries(all)) {
    const taken = types.find(({ name }, i) => types.findIndex(type => type.name === name) !== i)
    if (taken !== undefined) throw new TracewrightError('usage', `Cannot use extensions: there are two ${what} of type '${taken.name}'`)
  }
  return all
}

/** The key, with its place, that a mistake says was meant by another; null where it says nothing of the kind. */
function meantKey(message: string, hint: string): string | null {
  const found = /^(.*?: )?Unknown key/.exec(message)
  const [, key] = /^Did you mean '(\S+)'\?$/.exec(hint) ?? []
  return found === null || key === undefined ? null : `${found[1] ?? ''}${key}`
}

function refuseNonObject(item: Json, place: string): never {
  throw new TracewrightError('config', `${place}: found ${writeJson(item).slice(0, 60)}, expected an object`)
}
