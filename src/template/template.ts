import { type Known, refuseUnknownOptions } from '../fields.ts'
import { nearest } from '../nearest.ts'
import type { Random } from '../random.ts'
import { type CompileContext, compileExpression, type Evaluate } from './compile/compile-expression.ts'
import { compileBody } from './compile/compile-statement.ts'
import type { Execute } from './compile/compile-target.ts'
import { globals } from './compile/globals.ts'
import { emptyRenderMessage } from './empty-render.ts'
import { Failure, placeAt, TemplateError, type TemplateProblem } from './error.ts'
import { filters, filtersByName } from './filters/filters.ts'
import { measure, type Size } from './measure.ts'
import { PROFILES, type ProfileRules, type TemplateProfile } from './profile.ts'
import { findReferences, type References } from './references.ts'
import { DEFAULT_LIMITS, Run, type TemplateLimits } from './run.ts'
import { checkStrict } from './strict.ts'
import { normalizeSource } from './syntax/lex.ts'
import { isDeeperThan, type TemplateNode, walk } from './syntax/nodes.ts'
import { parse } from './syntax/parse.ts'
import { findUnreached } from './unreached.ts'
import { truth } from './values/compare.ts'
import { decodeJsonStrings } from './values/decode-json-strings.ts'
import { toNative } from './values/to-native.ts'

/** How to read a template. */
export type TemplateOptions = {
  /** Default 'full'. */
  profile?: TemplateProfile
  /** How errors call it: 'prompt', "column 'summary'". */
  name?: string
}

export { decodeJsonStrings, TemplateError, type TemplateLimits, type TemplateProblem, type TemplateProfile, truth }

/** How to render a template. */
export type RenderOptions = {
  /** How anything but text stands in text: as JSON, the default, or as Python prints it. */
  values?: 'json' | 'python'
  /** Whether what expressions write is escaped for the inside of a string of JSON, as Data Designer's shapes of rows are. Default false. */
  insideJson?: boolean
  /** Whether what is not there is a mistake, but where a template asks for it by `is defined` or `default`. Default false. */
  refusesUndefined?: boolean
  /** Where chance comes from; without it every rendering draws anew. */
  random?: Random
  /** What a rendering may cost. Default: limits that templates of people never reach. */
  limits?: Partial<TemplateLimits>
  /** What time it is for `strftime_now` of the chat profile, in local time. Default: now. */
  now?: Date
}

const TEMPLATE_OPTIONS: Known<TemplateOptions> = { profile: true, name: true }

const RENDER_OPTIONS: Known<RenderOptions> = {
  values: true,
  insideJson: true,
  refusesUndefined: true,
  random: true,
  limits: true,
  now: true,
}

/** A rendered conversation: spans of what the model wrote are in UTF-16 units, in the order they were rendered. */
export type ChatRender = {
  /** The dialogue as the model reads it. */
  text: string
  /** Where in the text the model speaks, by offsets of characters. */
  generations: readonly (readonly [start: number, end: number])[]
}

/** What a template reads: variables by name. */
type Context = Readonly<Record<string, unknown>>

/** How many levels a syntax tree may have, so that nothing that goes through it runs out of stack. */
const MAX_DEPTH = 1000

const HIDDEN = 'User provided prompt generation template is invalid.'

/** A template that was read once and renders any number of rows. */
export class Template {
  /** What messages call it. */
  readonly name: string
  /** Which of Jinja it knows. */
  readonly profile: TemplateProfile
  private readonly source: string
  private readonly rules: ProfileRules
  private readonly root: TemplateNode
  private readonly body: Execute
  private readonly expression: Evaluate | null
  private found: References | null = null
  private size: Size | null = null

  constructor(source: string, options: TemplateOptions = {}) {
    refuseUnknownOptions(options, TEMPLATE_OPTIONS, 'a template')
    const { profile = 'full', name = 'template' } = options
    this.name = name
    this.profile = profile
    this.source = normalizeSource(source)
    this.rules = PROFILES[profile]
    try {
      this.root = parse(this.source, this.rules.tags)
      // Every level takes two characters at least.
      if (this.source.length > 2 * MAX_DEPTH && isDeeperThan(MAX_DEPTH, this.root))
        throw new Failure('limit', `Template nested more than ${MAX_DEPTH} levels deep`)
      if (profile === 'strict') checkStrict(this.root, this.rules)
      const context: CompileContext = {
        allowedFilters: this.rules.filters,
        additions: this.rules.additions,
        blocks: new Map(),
        conditions: 0,
        unknown: [],
      }
      const [only, ...others] = this.root.body
      const isOneExpression = others.length === 0 && only?.kind === 'Output' && only.nodes.length === 1
      const expression = isOneExpression ? only.nodes[0]! : null
      this.body = compileBody(this.root.body, { ...context, isInLoop: false })
      if (context.unknown.length > 0) throw this.allOf([...context.unknown, ...this.unreachedBut(context.unknown)])
      this.expression = expression === null || expression.kind === 'TemplateData' ? null : compileExpression(expression, context)
    } catch (error) {
      throw this.located(error, 0)
    }
  }

  /** Free top-level names: the columns it reads. */
  get references(): readonly string[] {
    return this.read().names
  }

  /** How far each is followed by constant names, such as ['judge', 'quality', 'score']. */
  get accessChains(): readonly (readonly string[])[] {
    return this.read().chains
  }

  /** @internal Names of the filters it applies. */
  get filters(): ReadonlySet<string> {
    return new Set(
      walk(this.root)
        .filter(node => node.kind === 'Filter')
        .map(({ name }) => name),
    )
  }

  /** How many nodes the syntax tree has, as Jinja's own would. */
  get nodeCount(): number {
    this.size ??= measure(this.root)
    return this.size.nodeCount
  }

  /** How many levels the syntax tree has. */
  get depth(): number {
    this.size ??= measure(this.root)
    return this.size.depth
  }

  /** Filters, tests and methods that nobody knows where Jinja tells only when it gets to them: a template with them renders some rows. */
  get unreached(): readonly TemplateError[] {
    return this.unreachedBut([]).map(failure => this.located(failure, 0) as TemplateError)
  }

  private unreachedBut(told: readonly Failure[]): Failure[] {
    const places = new Set(told.map(({ at }) => at))
    return findUnreached(this.root, this.rules).filter(({ at }) => !places.has(at))
  }

  private read(): References {
    this.found ??= findReferences(this.root)
    return this.found
  }

  /** The text for a row. Throws TemplateError. */
  render(context: Context, options: RenderOptions = {}): string {
    return this.run(context, options, run => {
      this.body(run)
      const text = run.output
      if (this.rules.refusesEmpty) this.checkText(text)
      return text
    })
  }

  /** The text for a conversation, and where in it stands what the model wrote (`{% generation %}`). Throws TemplateError. */
  renderChat(context: Context, options: RenderOptions = {}): ChatRender {
    return this.run(context, options, run => {
      this.body(run)
      return { text: run.output, generations: run.generations }
    })
  }

  /** The value itself when the template is one `{{ expression }}`, undefined where it is undefined; else the text. Throws TemplateError. */
  evaluate(context: Context, options: RenderOptions = {}): unknown {
    const { expression } = this
    if (expression === null) return this.render(context, options)
    return this.run(context, options, run => toNative(run, expression(run)))
  }

  private run<T>(context: Context, options: RenderOptions, body: (run: Run) => T): T {
    refuseUnknownOptions(options, RENDER_OPTIONS, this.name)
    const { rules } = this
    const run = new Run(context, {
      values: options.values ?? rules.values,
      insideJson: options.insideJson ?? false,
      refusesUndefined: options.refusesUndefined ?? false,
      random: options.random ?? null,
      limits: { ...DEFAULT_LIMITS, ...(rules.maxOutput === null ? {} : { output: rules.maxOutput }), ...options.limits },
      now: options.now ?? null,
      isImmutable: rules.isImmutable,
      filters: filtersByName(rules.filters, rules.additions),
    })
    try {
      if (rules.refusesUnknownNames) this.checkNames(context)
      return body(run)
    } catch (error) {
      throw this.located(error, run.at, context)
    }
  }

  private checkNames(context: Context): void {
    const unknown = this.references.filter(name => !Object.hasOwn(context, name))
    if (unknown.length === 0) return
    const names = unknown.map(name => `'${name}'`).join(', ')
    throw new Failure('undefined', `Unknown variable references in Jinja template: {${names}}`, {
      at: Math.max(0, this.source.indexOf(unknown[0]!)),
    })
  }

  private checkText(text: string): void {
    if (text === '') throw new Failure('empty', 'Template renders to empty text')
    if (text.includes('<built-in method'))
      throw new Failure('type', 'User template has uncalled __builtin__ method.', { hint: 'Call it with ()' })
  }

  /** One error for mistakes that have nothing to do with each other: the first of them, which knows the others. */
  private allOf(failures: readonly Failure[]): TemplateError {
    const [first, ...others] = failures.toSorted((a, b) => a.at! - b.at!).map(failure => this.located(failure, 0) as TemplateError)
    first!.others = others
    return first!
  }

  /** The error people see: what was thrown, with its place in the template. */
  private located(error: unknown, at: number, context?: Context): unknown {
    const failure = asFailure(error)
    if (failure === null) return error
    const place = placeAt(this.name, this.source, failure.at ?? at)
    const hint = failure.hint === null ? {} : { hint: failure.hint }
    const plain = new TemplateError(failure.problem, failure.message, place, hint)
    if (!this.rules.hidesErrors || (this.rules.filters !== null && (failure.problem === 'filter' || failure.problem === 'loader')))
      return plain
    const isUnknownName = failure.message.startsWith('Unknown variable')
    if (context !== undefined && (failure.problem === 'empty' || (failure.problem === 'undefined' && !isUnknownName))) {
      return new TemplateError('empty', emptyRenderMessage(this.root, context), place, { cause: plain })
    }
    return new TemplateError(failure.problem, HIDDEN, place, { hint: failure.message, cause: plain })
  }
}

function asFailure(error: unknown): Failure | null {
  if (error instanceof Failure) return error
  if (!(error instanceof RangeError)) return null
  // The stack ran out, or a text became longer than JavaScript can hold.
  return new Failure('limit', 'Template nests or grows too far')
}

/** Read a template. Throws TemplateError where it cannot be read or the profile forbids it. */
export function compileTemplate(source: string, options: TemplateOptions = {}): Template {
  return new Template(source, options)
}

/** Render a template for one row. A template that renders many is better compiled once. */
export function renderTemplate(source: string, context: Context, options: TemplateOptions & RenderOptions = {}): string {
  refuseUnknownOptions(options, { ...TEMPLATE_OPTIONS, ...RENDER_OPTIONS }, 'renderTemplate')
  const { profile = 'full', name = 'template', ...rendering } = options
  return compileTemplate(source, { profile, name }).render(context, rendering)
}

/** What to do about a name that no column has: the function or filter of Jinja that was probably meant, or null. */
export function wordOfJinja(name: string): string | null {
  const filter = PYTHON_FUNCTIONS.get(name) ?? name
  if (filters[filter] !== undefined) return `There is a filter for it: {{ … | ${filter} }}`
  const guess = nearest(name, Object.keys(globals))
  return guess === null ? null : `Did you mean the function '${guess}'?`
}

/** Functions of Python that are filters of another name here. */
const PYTHON_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['len', 'length'],
  ['str', 'string'],
  ['sorted', 'sort'],
  ['reversed', 'reverse'],
])

/** Free top-level names of a template, also where it cannot be compiled, e.g. for a filter that nobody knows; none where it cannot be read. */
export function namesIn(source: string): readonly string[] {
  try {
    const root = parse(normalizeSource(source), PROFILES.full.tags)
    return isDeeperThan(MAX_DEPTH, root) ? [] : findReferences(root).names
  } catch {
    return []
  }
}
