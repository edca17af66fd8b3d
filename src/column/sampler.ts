import { TracewrightError } from '../errors.ts'
import { collectMistakes, type Fields, objectAt, refuse, requiredStringAt, snakeCased, stringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { entriesInOrder } from '../json/key-order.ts'
import { setOwn } from '../json/own.ts'
import { strftime } from '../python/strftime.ts'
import type { Random } from '../random.ts'
import { unknownName } from '../registered-name.ts'
import type { Row } from '../row.ts'
import { RunEnding } from '../run-ending.ts'
import type { SamplerConstraint } from '../sampler/constraint.ts'
import { converted } from '../sampler/convert.ts'
import type { Persons } from '../sampler/persons.ts'
import type { SamplerParams, SamplerType } from '../sampler/sampler.ts'
import * as samplerTypes from '../sampler/samplers.ts'
import { compileTemplate } from '../template/template.ts'
import { type CellContext, type CommonColumnOptions, defineColumn, type Generator, type Problem, type TemplateMode } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { ConfiguredColumn } from './configured-column.ts'
import { conversionProblem } from './conversion-problem.ts'
import { lackingOf } from './sampler-lacking.ts'
import type { SamplerOptions } from './sampler-options.ts'
import { referencesOf, templateProblems } from './template-problems.ts'
import { templateRow } from './template-row.ts'

/** What sampler columns of a config find each other by. */
export type SamplerScene = {
  /** The columns that draw times, by their names. */
  times: ReadonlyMap<string, SamplerColumnConfig>
  /** The constraints, by the columns that are held to them. */
  constraints: ReadonlyMap<string, readonly SamplerConstraint[]>
  /** The columns as they draw, of those that were asked for. */
  made: Map<SamplerColumnConfig, SamplerColumnConfig>
}

/** The scene of a config's columns and constraints. */
export function samplerScene(columns: readonly unknown[], constraints: readonly SamplerConstraint[]): SamplerScene {
  const samplers = columns.filter(column => column instanceof SamplerColumnConfig)
  return {
    times: new Map(samplers.filter(column => column.drawsTimes).map(column => [column.name, column])),
    constraints: Map.groupBy(constraints, ({ targetColumn }) => targetColumn),
    made: new Map(),
  }
}

/** Draws that satisfy no constraint before a cell is given up. */
const MAX_DRAWS = 10_000

/** A cell drawn by chance. */
export class SamplerColumnConfig extends ConfiguredColumn {
  override readonly columnType = 'sampler'
  /** What is drawn, by the name configs have for it. */
  readonly samplerType: string
  /** 'int', 'float' or 'str', for times a format such as '%Y-%m-%d'; null: as it was drawn. */
  readonly convertTo: string | null
  private readonly params: SamplerParams
  private readonly conditional: readonly (readonly [condition: string, params: SamplerParams])[]
  private readonly constraints: readonly SamplerConstraint[] = []
  private readonly mistakes: string[] = []
  private readonly references: ReadonlyMap<string, SamplerColumnConfig> = new Map()

  /** @internal The kind as the registry knows it. */
  readonly sampler: SamplerType

  constructor(options: CommonColumnOptions & SamplerOptions) {
    super(options, FIELDS)
    const where = `column '${this.name}'`
    const types: SamplerType[] = Object.values(samplerTypes)
    const type = types.find(({ name }) => name === options.samplerType)
    if (type === undefined) throw unknownName('sampler_type', options.samplerType, types, where)
    this.samplerType = options.samplerType
    this.sampler = type
    this.convertTo = options.convertTo ?? null
    const read = (params: unknown, at: string) => {
      const written = snakeCased(params, type.fields)
      const { sampler_type = type.name } = written
      if (sampler_type !== type.name) refuse(`${at}.sampler_type: found '${String(sampler_type)}', expected '${type.name}'`, where)
      return type.read(written, `${where}, ${at}`)
    }
    this.params = read(options.params, 'params')
    this.conditional = entriesInOrder(options.conditionalParams ?? {}).map(([condition, params]) => {
      const at = `conditional_params.${condition}`
      // Data Designer looks at them when it draws: until then a config with mistakes in them can be loaded and written back.
      const mistakes: string[] = []
      const made = readOr(asWritten(params), mistakes, () => read(params, at))
      this.mistakes.push(...mistakes.map(message => (message.startsWith(at) ? message : `${at}: ${message}`)))
      return [condition, made]
    })
    if (this.skip !== null) refuse('skip: a sampled column cannot be skipped', where)
  }

  /** @internal Whether what it draws are points in time. */
  get drawsTimes(): boolean {
    return this.params.kind === 'time'
  }

  override get requiredColumns(): readonly string[] {
    const own = [
      ...this.params.reads,
      ...this.conditional.flatMap(([condition, { reads }]) => [...reads, ...referencesOf(templateOf(condition))]),
    ]
    const others = this.constraints.flatMap(({ otherColumn }) => otherColumn ?? [])
    return [...new Set([...own, ...others])]
  }

  override problems(_columns?: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[] {
    const { name, convertTo } = this
    const conversion = conversionProblem(convertTo, this.params, profile !== undefined && profile !== 'full')
    return [
      ...[...this.mistakes, ...conversion].map((message): Problem => ({ level: 'error', column: name, message })),
      ...this.conditional.flatMap(([condition]) =>
        templateProblems(name, `conditional_params.${condition}`, templateOf(condition), profile),
      ),
    ]
  }

  /** @internal What its parameters draw from and cannot have. */
  ready(persons: Persons): Promise<Problem[]> {
    return lackingOf(this.name, [this.params, ...this.conditional.map(([, params]) => params)], persons)
  }

  /** @internal The column as it draws in a config: held to constraints, and with the columns whose times it adds to. */
  within(scene: SamplerScene): SamplerColumnConfig {
    // Times may be added to times that were added to others: from the first of such a row to the last, each is made once.
    const chain: SamplerColumnConfig[] = []
    let next: SamplerColumnConfig | undefined = this
    for (const seen = new Set<string>(); next !== undefined && !scene.made.has(next) && !seen.has(next.name); next = next.addsTo(scene)) {
      seen.add(next.name)
      chain.push(next)
    }
    for (const column of chain.reverse()) scene.made.set(column, column.heldTo(scene))
    return scene.made.get(this)!
  }

  /** The column whose time this one adds to. */
  private addsTo({ times }: SamplerScene): SamplerColumnConfig | undefined {
    const [read] = this.params.kind === 'time' ? this.params.reads : []
    return read === undefined || read === this.name ? undefined : times.get(read)
  }

  private heldTo(scene: SamplerScene): SamplerColumnConfig {
    const constraints = scene.constraints.get(this.name) ?? []
    const other = this.addsTo(scene)
    // Of columns that add to each other in a circle the plan tells.
    const reference = other === undefined ? undefined : scene.made.get(other)
    if (constraints.length === 0 && reference === undefined) return this
    return Object.assign(Object.create(SamplerColumnConfig.prototype) as SamplerColumnConfig, this, {
      constraints,
      references: new Map(reference === undefined ? [] : [[reference.name, reference]]),
    })
  }

  override open(mode: TemplateMode): Generator {
    const draw = this.drawer(mode)
    return {
      kind: 'row',
      generate: async (row, context) => {
        const { value } = await draw(row, context.random, context)
        const made: Row = { ...row }
        setOwn(made, this.name, value)
        return [made]
      },
    }
  }

  protected override ownJSON(): JsonObject {
    return {
      sampler_type: this.samplerType,
      params: this.params.toJSON(),
      conditional_params: Object.fromEntries(this.conditional.map(([condition, params]) => [condition, params.toJSON()])),
      convert_to: this.convertTo,
    }
  }

  /** Draws until all constraints hold. */
  private drawer(mode: TemplateMode): (row: Row, random: Random, context: CellContext) => Promise<{ value: Json; seconds: number | null }> {
    const conditions = this.conditional.map(([condition, params]) => ({
      params,
      template: compileTemplate(templateOf(condition), { profile: mode.profile, name: `column '${this.name}', conditional_params` }),
    }))
    const references = [...this.references].map(([name, column]) => ({ name, draw: column.drawer(mode) }))
    const likeNumPy = (mode.compat ?? null) !== null
    return async (row, random, context) => {
      const { persons } = context
      const seen = conditions.length === 0 ? row : templateRow(row, mode)
      const params =
        conditions.findLast(({ template }) => template.evaluate(seen, { random, values: mode.values }) === true)?.params ?? this.params
      const times = new Map<string, number>()
      for (const { name, draw } of references) {
        const { seconds } = await draw(row, context.randomOf(name), context)
        if (seconds !== null) times.set(name, seconds)
      }
      for (let i = 0; i < MAX_DRAWS; i++) {
        const drawn = await params.draw({ random, row, times, likeNumPy, ...(persons === undefined ? {} : { persons }) })
        const seconds = params.kind === 'time' ? Number(drawn) : null
        const value =
          seconds === null
            ? converted(drawn, params.kind === 'value' ? this.convertTo : null, params.decimalPlaces)
            : this.timeText(seconds)
        if (this.constraints.every(constraint => constraint.holds(value, row))) return { value, seconds }
      }
      const wanted = this.constraints.map(constraint => writeJson(constraint.toJSON())).join(', ')
      // Data Designer draws a column for all rows at once.
      const Failing = likeNumPy ? RunEnding : TracewrightError
      throw new Failing('column', `Cannot draw '${this.name}': none of ${MAX_DRAWS} draws satisfies its constraints (${wanted})`, {
        hint: 'Loosen the constraints, or the parameters of the sampler',
      })
    }
  }

  private timeText(seconds: number): string {
    const utc = new Date(seconds * 1000)
    if (this.convertTo === null) return utc.toISOString().slice(0, 19)
    // The format knows local times only: a local time that reads as this one does in UTC.
    const local = new Date(
      utc.getUTCFullYear(),
      utc.getUTCMonth(),
      utc.getUTCDate(),
      utc.getUTCHours(),
      utc.getUTCMinutes(),
      utc.getUTCSeconds(),
    )
    return strftime(this.convertTo, local)
  }
}

function templateOf(condition: string): string {
  return `{{ ${condition} }}`
}

/** What is read; where that has mistakes, which are noted, something else. */
function readOr<T>(otherwise: T, mistakes: string[], read: () => T): T {
  try {
    const made = collectMistakes(error => void mistakes.push(error.message), read)
    return mistakes.length > 0 ? otherwise : made
  } catch (error) {
    if (!(error instanceof TracewrightError)) throw error
    mistakes.push(error.message)
    return otherwise
  }
}

/** Parameters that could not be read, to be written back. */
function asWritten(params: unknown): SamplerParams {
  return { kind: 'fixed', reads: [], decimalPlaces: null, draw: () => null, toJSON: () => params as JsonObject }
}

const FIELDS: Fields = {
  sampler_type: [
    Object.values(samplerTypes)
      .map(({ name }) => `\`${name}\``)
      .join(', '),
    '',
    'what is drawn',
  ],
  params: ['object', '', 'parameters of the sampler; `uuid` needs none'],
  conditional_params: ['object', 'none', 'for a condition on columns, such as `age > 21`, the parameters while it holds'],
  convert_to: ['`int`, `float`, `str`, or a format of times such as `%Y-%m-%d`', 'null', 'what the draw is turned into'],
}

export const sampler = defineColumn({
  name: 'sampler',
  description: 'A value drawn by chance: categories, numbers, times, identifiers, persons',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const samplerType = requiredStringAt(config, 'sampler_type', where)
    const params = objectAt(config, 'params', where)
    if (params === null && samplerType !== 'uuid') refuse('params: found nothing, expected the parameters of the sampler', where)
    for (const [condition, value] of Object.entries(objectAt(config, 'conditional_params', where) ?? {}))
      if (!isObject(value)) refuse(`conditional_params.${condition}: found ${writeJson(value)}, expected parameters`, where)
    return new SamplerColumnConfig({
      ...common,
      samplerType,
      params: params ?? {},
      conditionalParams: (objectAt(config, 'conditional_params', where) ?? {}) as { [condition: string]: JsonObject },
      convertTo: stringAt(config, 'convert_to', where),
    })
  },
  example: {
    name: 'tone',
    needs: { sampler_type: 'category', params: { values: ['friendly', 'brief'], weights: [0.25, 0.75] } },
    more: {
      params: { sampler_type: 'category', values: ['friendly', 'brief'], weights: null },
      conditional_params: { 'project == "kites"': { sampler_type: 'category', values: ['playful'], weights: null } },
      convert_to: 'str',
    },
    row: { project: 'kites', kept: [1, { a: null }] },
    reads: ['project'],
    skippable: false,
  },
})
