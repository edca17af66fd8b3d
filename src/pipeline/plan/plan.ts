import type { ColumnConfig, Problem, TemplateMode } from '../../column/column.ts'
import { PromptedColumn } from '../../column/prompted-column.ts'
import { SamplerColumnConfig, samplerScene } from '../../column/sampler.ts'
import { referencesOf, templateProblems } from '../../column/template-problems.ts'
import type { Compat } from '../../compat.ts'
import { listed } from '../../fields.ts'
import type { Json } from '../../json/json.ts'
import { unknownProvider } from '../../model/connect.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import type { ModelProvider } from '../../model/model-provider.ts'
import type { ToolServer } from '../../model/tools/mcp-provider.ts'
import type { ToolConfig } from '../../model/tools/tool-config.ts'
import type { SamplerConstraint } from '../../sampler/constraint.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import { PartitionBlock } from '../../seed/select.ts'
import { wordOfJinja } from '../../template/template.ts'
import type { ProcessorConfig } from '../processors/processor.ts'
import { orderColumns } from './column-order.ts'
import type { SeedConfig } from './config-parts.ts'
import { ConfigProblems } from './config-problems.ts'
import { constraintProblems } from './problems/constraint-problems.ts'
import { KnownNames } from './problems/known-names.ts'
import { processorProblems } from './problems/processor-problems.ts'
import { subcategoryProblems } from './problems/subcategory-problems.ts'
import { toolProblems } from './problems/tool-problems.ts'
import { validationWarnings } from './problems/validation-problems.ts'
import { profilerWarnings } from './profiler.ts'

/** What is planned: columns, models and processors as a config holds them. */
export type Planned = {
  columns: readonly ColumnConfig[]
  modelConfigs: readonly ModelConfig[]
  processors?: readonly ProcessorConfig[]
  constraints?: readonly SamplerConstraint[]
  toolConfigs?: readonly ToolConfig[]
  profilers?: Json
  toolServers?: readonly ToolServer[] // absent: not to be checked
  seedConfig?: SeedConfig | null
  providers?: readonly ModelProvider[] // those that are named beside the config; absent: not to be checked
  compat?: Compat | null // whose rules hold besides; null or absent: only ours
  profile?: TemplateMode['profile'] // which of Jinja templates may use; absent: all of it
}

/** Columns in an order in which each follows those it reads, and what is worth a warning. */
export type Plan = {
  columns: ColumnConfig[]
  seedColumns: string[]
  droppedColumns: string[]
  processors: ProcessorConfig[] // applied to finished rows, before columns are dropped
  warnings: Problem[]
}

/**
 * Check a config and order its columns. Does no I/O. Throws `ConfigProblems` with every mistake: names that clash, references to
 * nothing, models nobody defined, circles, templates that cannot be parsed.
 */
export function plan(given: Planned, seedColumns: readonly string[]): Plan {
  const config = settled(given, seedColumns)
  const errors = mistakesOf(config, seedColumns)
  if (errors.length > 0) throw new ConfigProblems(errors)
  const found = problemsOf(config, seedColumns)
  const { ordered } = orderColumns(config.columns, dependenciesOf)
  return {
    columns: ordered,
    seedColumns: [...seedColumns],
    droppedColumns: config.columns.filter(column => column.drop).map(({ name }) => name),
    processors: [...(config.processors ?? [])],
    warnings: found.filter(problem => problem.level === 'warning'),
  }
}

/** Every mistake, whatever else is wrong. */
export function mistakesOf(given: Planned, seedColumns: readonly string[]): Problem[] {
  const config = settled(given, seedColumns)
  const errors = problemsOf(config, seedColumns).filter(problem => problem.level === 'error')
  const { circle } = orderColumns(config.columns, dependenciesOf)
  // A column that reads itself is told of as such.
  if (circle.length < 2) return errors
  return [...errors, { level: 'error', column: null, message: `The columns ${listed(circle)} read each other in a circle` }]
}

/** Sampler columns know what they are held to, and whose times they add to; under compat, others what is not theirs to make. */
function settled(config: Planned, seedColumns: readonly string[]): Planned {
  const { columns, constraints = [], compat = null } = config
  const scene = samplerScene(columns, constraints)
  const taken = new Set(compat === null ? [] : [...seedColumns, ...columns.map(({ name }) => name)])
  return {
    ...config,
    columns: columns.map(column => (column instanceof SamplerColumnConfig ? column.within(scene) : yielding(column, taken))),
  }
}

/** In Data Designer a trace, or reasoning, gives way to a column of its name in the config or the seed. */
function yielding(column: ColumnConfig, taken: ReadonlySet<string>): ColumnConfig {
  if (!(column instanceof PromptedColumn)) return column
  const kept = column.sideEffectColumns.filter(name => !taken.has(name))
  return kept.length === column.sideEffectColumns.length ? column : Object.create(column, { sideEffectColumns: { value: kept } })
}

/** Columns a column waits for: what its templates read, and what decides whether it is skipped. */
export function dependenciesOf(column: ColumnConfig): string[] {
  return [...new Set([...column.requiredColumns, ...referencesOf(column.skip?.when ?? null)])]
}

function problemsOf(
  {
    columns,
    modelConfigs,
    processors = [],
    constraints = [],
    toolConfigs = [],
    toolServers,
    profilers = null,
    seedConfig = null,
    providers,
    profile,
    compat = null,
  }: Planned,
  seedColumns: readonly string[],
): Problem[] {
  if (columns.length === 0 && seedColumns.length === 0)
    return [{ level: 'error', column: null, message: 'The config has neither a seed nor a column' }]
  const known = new Set([...seedColumns, ...columns.flatMap(column => [column.name, ...column.sideEffectColumns])])
  const names = new KnownNames(known)
  const aliases = new KnownNames(modelConfigs.map(({ alias }) => alias))
  return [
    ...clashes(columns, seedColumns),
    ...repeated(modelConfigs.map(({ alias }) => alias)).map(alias => general(`Two models have the alias '${alias}'`)),
    ...repeated(processors.map(({ name }) => name)).map(name => general(`Two processors have the name '${name}'`)),
    ...repeated(toolConfigs.map(({ toolAlias }) => toolAlias)).map(alias => general(`Two tools have the alias '${alias}'`)),
    ...providerProblems(modelConfigs, providers, compat === null ? null : new Set(columns.flatMap(column => column.modelAliases))),
    ...columns.flatMap(column => [
      ...column.problems(known, profile),
      ...unknownNames(column, column.requiredColumns, names, 'reads'),
      // Data Designer's conditions may use all of Jinja.
      ...skipProblems(column, names, profile === 'strict' ? 'native' : profile),
      ...column.modelAliases.filter(alias => !aliases.has(alias)).map(alias => unknownAlias(column, alias, aliases)),
    ]),
    ...constraintProblems(constraints, columns),
    ...toolProblems({ columns, toolConfigs, toolServers }),
    ...processorProblems(processors, columns, known, { profile, compat }),
    ...partitionProblems(seedConfig),
    ...(compat === null ? [] : [...formatProblems(seedConfig), ...subcategoryProblems(columns)]),
    ...validationWarnings(columns),
    ...profilerWarnings(profilers),
  ]
}

/** Models of unknown providers; where Data Designer is followed, those among them that no column asks (`asked` has the others) do no harm. */
function providerProblems(
  configs: readonly ModelConfig[],
  providers: readonly ModelProvider[] | undefined,
  asked: ReadonlySet<string> | null,
): Problem[] {
  if (providers === undefined) return []
  return configs.flatMap((config): Problem[] => {
    const error = unknownProvider(config, providers)
    if (error === null) return []
    const message = `model '${config.alias}': ${error.message}`
    const level = asked === null || asked.has(config.alias) ? 'error' : 'warning'
    return [{ level, column: null, message, hint: error.hint ?? `Say where it is served: --provider ${config.provider}=URL` }]
  })
}

/**
 * A session that was copied is told from its original where both are read. Blocks of a seed are there to be put together, and then the
 * copies of other blocks would be rows twice; a range may well be all that somebody wants. Data Designer's rows know no copies at all.
 */
function partitionProblems(seed: SeedConfig | null): Problem[] {
  if (seed === null || seed.selectionStrategy === null || !(seed.source instanceof AgentRolloutSeedSource)) return []
  if (seed.source.options.compat) return []
  const hint = 'Ingest the logs into a store (ingest -o DIR), and take parts of that'
  if (seed.selectionStrategy instanceof PartitionBlock)
    return [
      {
        level: 'error',
        column: null,
        message: 'Agent logs cannot be partitioned: a session that was copied into another part would be a row there and here',
        hint,
      },
    ]
  const message = 'A part of agent logs is selected: copies of sessions that lie outside of it are not known as copies'
  return [{ level: 'warning', column: null, message, hint }]
}

/** Data Designer reads the logs of some agents alone. */
function formatProblems(seed: SeedConfig | null): Problem[] {
  if (!(seed?.source instanceof AgentRolloutSeedSource)) return []
  const { unknownToDataDesigner: read, options } = seed.source
  if (read === null) return []
  const format = typeof options.format === 'string' ? options.format : options.format.name
  return [general(`seed_config.source: format: found '${format}', expected one that Data Designer reads: ${read.join(', ')}`)]
}

function unknownNames(column: ColumnConfig, names: readonly string[], known: KnownNames, verb: string): Problem[] {
  const own = new Set([column.name, ...column.sideEffectColumns])
  return names.flatMap((name): Problem[] => {
    if (own.has(name)) return [{ level: 'error', column: column.name, message: `${verb} '${name}', which it makes itself` }]
    if (known.has(name)) return []
    const message = `${verb} '${name}', which is neither a column nor in the seed`
    const hint = known.hintFor(name, 'There is no other column, and no seed', { except: own, otherwise: wordOfJinja(name) })
    return [{ level: 'error', column: column.name, message, hint }]
  })
}

function skipProblems(column: ColumnConfig, known: KnownNames, profile: Planned['profile']): Problem[] {
  if (column.skip === null) return []
  const unreadable = templateProblems(column.name, 'skip.when', column.skip.when, profile)
  if (unreadable.length > 0) return unreadable
  const references = referencesOf(column.skip.when)
  if (references.length === 0)
    return [
      {
        level: 'error',
        column: column.name,
        message: `skip.when '${column.skip.when}' reads no column`,
        hint: "Write it as a template: '{{ in_stock == 0 }}'",
      },
    ]
  const resizes: Problem[] =
    column.allowResize && column.columnType !== 'custom'
      ? [{ level: 'error', column: column.name, message: 'skip and allow_resize are both set' }]
      : []
  return [...unknownNames(column, references, known, 'skip.when reads'), ...resizes]
}

function unknownAlias(column: ColumnConfig, alias: string, aliases: KnownNames): Problem {
  const hint = aliases.hintFor(alias, 'The config has no models')
  return { level: 'error', column: column.name, message: `model_alias '${alias}' is not defined`, hint }
}

function clashes(columns: readonly ColumnConfig[], seedColumns: readonly string[]): Problem[] {
  const makers = new Map<string, string>()
  const ofSeed = new Set(seedColumns)
  return columns.flatMap(column =>
    [column.name, ...column.sideEffectColumns].flatMap((name): Problem[] => {
      const maker = makers.get(name)
      makers.set(name, column.name)
      if (ofSeed.has(name)) return [{ level: 'error', column: column.name, message: `makes '${name}', which is a column of the seed` }]
      if (maker === column.name) return [{ level: 'error', column: column.name, message: 'There are two columns of this name' }]
      if (maker !== undefined)
        return [{ level: 'error', column: column.name, message: `makes '${name}', which column '${maker}' makes too` }]
      return []
    }),
  )
}

function general(message: string): Problem {
  return { level: 'error', column: null, message }
}

function repeated(names: string[]): string[] {
  const seen = new Set<string>()
  return [...new Set(names.filter(name => seen.size === seen.add(name).size))]
}
