import { freshSeed, Random } from '../random.ts'
import { Failure } from './error.ts'

/** What one rendering may cost. Every limit ends in an error that names it. */
export type TemplateLimits = {
  /** Statements, calls, items gone through, what operations look at and make, by its size (`weight.ts`). */
  steps: number
  /** Characters of the result, and of any text on the way to it. */
  output: number
  /** Items of range(). */
  range: number
  /** Macros and recursive loops inside each other. */
  recursion: number
}

/** The limits of a template that was given none. */
export const DEFAULT_LIMITS: TemplateLimits = { steps: 5_000_000, output: 16_000_000, range: 100_000, recursion: 100 }

/** Names assigned in one block of a template; few, so a list is searched faster than a map is made. */
export class Scope {
  readonly parent: Scope | null
  private readonly names: string[] = []
  private readonly values: unknown[] = []

  constructor(parent: Scope | null) {
    this.parent = parent
  }

  set(name: string, value: unknown): void {
    const index = this.names.indexOf(name)
    if (index >= 0) this.values[index] = value
    else {
      this.names.push(name)
      this.values.push(value)
    }
  }

  /** The value of a name here or further out; undefined where nobody assigned it. */
  find(name: string): unknown {
    let scope: Scope | null = this
    do {
      const index = scope.names.indexOf(name)
      if (index >= 0) return scope.values[index]
      scope = scope.parent
    } while (scope !== null)
    return undefined
  }
}

/** How a rendering differs from the default. */
export type RunOptions = {
  values: 'json' | 'python'
  insideJson: boolean // what is written is escaped for the inside of a string of JSON
  refusesUndefined: boolean // what is not there is a mistake, but where it is asked whether it is there
  random: Random | null
  limits: TemplateLimits
  now: Date | null // null: the time it is
  isImmutable: boolean // no list or dictionary may change, not even the template's own
  filters: FiltersByName
}

/** The filters of a rendering, for filters and tests that are told the name of another. */
export type FiltersByName = {
  has(name: string): boolean
  /** Throws where there is none of that name, or the profile does not allow it. */
  call(run: Run, name: string, value: unknown, args: readonly unknown[], keywords: ReadonlyMap<string, unknown>): unknown
}

/** One rendering of a template: its variables, its output so far and what it has used of its limits. */
export class Run {
  readonly context: Readonly<Record<string, unknown>>
  readonly options: RunOptions
  /** Lists and dictionaries the template made: only those may it change. */
  readonly owned = new WeakSet<object>()
  readonly blocks = new Map<string, () => unknown>()
  /** Offset in the source of what is being done, for error messages. */
  at = 0
  scope = new Scope(null)
  /** How many questions whether something is there are being asked. */
  forgiving = 0
  autoescape = false
  /** Where in the output stands what the model wrote, in the order it was rendered. */
  readonly generations: [start: number, end: number][] = []
  private text = ''
  private captures = 0
  private outer = 0
  private written = 0
  private steps = 0
  private level = 0
  private stream: Random | null

  constructor(context: Readonly<Record<string, unknown>>, options: RunOptions) {
    this.context = context
    this.options = options
    this.stream = options.random
  }

  /** The stream chance comes from: the one given, else one of a fresh seed. */
  get random(): Random {
    this.stream ??= new Random(freshSeed())
    return this.stream
  }

  /** What a filter or test is applied to, which for some may be nothing. */
  subjectOf(name: string, evaluate: (run: Run) => unknown): unknown {
    if (!FORGIVING.has(name)) return evaluate(this)
    this.forgiving++
    try {
      return evaluate(this)
    } finally {
      this.forgiving--
    }
  }

  spend(steps: number): void {
    this.steps += steps
    if (this.steps > this.options.limits.steps) throw new Failure('limit', `Template takes more than ${this.options.limits.steps} steps`)
  }

  /** Account for text made on the way to the output. */
  sized(text: string): string {
    this.reserve(text.length)
    if (text.length > 64) this.spend(text.length >> 6)
    return text
  }

  /** Make sure that text or a list of this length may be made, before it is. */
  reserve(length: number): void {
    if (length > this.options.limits.output) {
      throw new Failure('limit', `Template makes a value of ${length} characters or items: expected at most ${this.options.limits.output}`)
    }
  }

  write(text: string): void {
    this.written += text.length
    if (this.written > this.options.limits.output) {
      throw new Failure('limit', `Template writes more than ${this.options.limits.output} characters`)
    }
    this.text += text
  }

  /** What `body` writes, instead of writing it. */
  capture(body: () => void): string {
    const before = this.text
    if (this.captures++ === 0) this.outer = before.length
    this.text = ''
    body()
    const captured = this.text
    this.text = before
    this.captures--
    return captured
  }

  /** How much of the result itself is written, whatever is being captured on the way to it. */
  get outerLength(): number {
    return this.captures === 0 ? this.text.length : this.outer
  }

  get output(): string {
    return this.text
  }

  /** Do something in a scope of its own below `parent`. */
  inScope<T>(parent: Scope, body: () => T): T {
    const before = this.scope
    this.scope = new Scope(parent)
    const result = body()
    this.scope = before
    return result
  }

  /** Enter a macro or recursive loop; the limit keeps them from calling themselves for ever. */
  descend<T>(body: () => T): T {
    if (++this.level > this.options.limits.recursion) {
      throw new Failure('limit', `Macros or recursive loops nested more than ${this.options.limits.recursion} deep`)
    }
    const result = body()
    this.level--
    return result
  }

  /** Remember a list or dictionary as the template's own. */
  own<T extends object>(value: T): T {
    this.owned.add(value)
    return value
  }
}

/** Filters and tests that ask whether something is there. */
const FORGIVING: ReadonlySet<string> = new Set(['default', 'd', 'defined', 'undefined'])
