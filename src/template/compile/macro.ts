import { Failure } from '../error.ts'
import type { Run, Scope } from '../run.ts'
import { dictOf } from '../values/dict.ts'
import type { Invocable } from '../values/objects.ts'
import { type Keywords, Markup, Special, Tuple, Undefined } from '../values/values.ts'

/** What a macro tag or call block defines, compiled. */
export type MacroDefinition = {
  name: string
  parameters: readonly string[]
  defaults: readonly ((run: Run) => unknown)[] // of the last parameters
  body: (run: Run) => void
  catchesKeywords: boolean // the body reads `kwargs`
  catchesArguments: boolean // the body reads `varargs`
  takesCaller: boolean // the body reads `caller`
  steps: number // that it takes to bind its parameters
}

/** A macro with the scope it was defined in. */
export class Macro extends Special implements Invocable {
  readonly typeName = 'Macro'
  private readonly definition: MacroDefinition
  private readonly scope: Scope

  constructor(definition: MacroDefinition, scope: Scope) {
    super()
    this.definition = definition
    this.scope = scope
  }

  override attribute(name: string): unknown {
    const { definition } = this
    if (name === 'name') return definition.name
    if (name === 'arguments') return new Tuple(definition.parameters)
    if (name === 'catch_kwargs') return definition.catchesKeywords
    if (name === 'catch_varargs') return definition.catchesArguments
    return name === 'caller' ? definition.takesCaller : undefined
  }

  invoke(run: Run, args: unknown[], keywords: Keywords): unknown {
    run.spend(1 + this.definition.steps + (args.length + keywords.size) / 8)
    const text = run.descend(() =>
      run.inScope(this.scope, () => {
        this.bind(run, args, new Map(keywords))
        return run.capture(() => this.definition.body(run))
      }),
    )
    return run.autoescape ? new Markup(text) : text
  }

  private bind(run: Run, args: unknown[], keywords: Map<string, unknown>): void {
    const { name, parameters, defaults, catchesKeywords, catchesArguments, takesCaller } = this.definition
    if (args.length > parameters.length && !catchesArguments) {
      throw new Failure('argument', `macro '${name}' takes not more than ${parameters.length} argument(s)`)
    }
    const { scope } = run
    const firstDefault = parameters.length - defaults.length
    for (const [index, parameter] of parameters.entries()) {
      const given = index < args.length ? args[index] : keywords.get(parameter)
      if (index >= args.length) keywords.delete(parameter)
      const value = given === undefined ? defaults[index - firstDefault]?.(run) : given
      scope.set(parameter, value === undefined ? new Undefined(`parameter '${parameter}' was not provided`) : value)
    }
    if (takesCaller && !parameters.includes('caller')) {
      scope.set('caller', keywords.get('caller') ?? new Undefined('No caller defined'))
      keywords.delete('caller')
    }
    if (catchesKeywords) scope.set('kwargs', dictOf(keywords))
    else for (const keyword of keywords.keys()) throw new Failure('argument', `macro '${name}' takes no keyword argument '${keyword}'`)
    if (catchesArguments) scope.set('varargs', new Tuple(args.slice(parameters.length)))
  }

  override toString(): string {
    return `<Macro '${this.definition.name}'>`
  }
}

/** A block as `self.name` gives it: calling it renders it again. */
export class BlockReference extends Special implements Invocable {
  readonly typeName = 'BlockReference'
  private readonly name: string
  private readonly render: (run: Run) => void

  constructor(name: string, render: (run: Run) => void) {
    super()
    this.name = name
    this.render = render
  }

  invoke(run: Run): unknown {
    run.spend(1)
    const text = run.descend(() => run.capture(() => this.render(run)))
    return run.autoescape ? new Markup(text) : text
  }

  override toString(): string {
    return `<BlockReference '${this.name}'>`
  }
}

/** `self`: the blocks of the template. */
export class TemplateReference extends Special {
  readonly typeName = 'TemplateReference'
  private readonly blocks: ReadonlyMap<string, (run: Run) => void>

  constructor(blocks: ReadonlyMap<string, (run: Run) => void>) {
    super()
    this.blocks = blocks
  }

  override attribute(name: string): unknown {
    const block = this.blocks.get(name)
    return block === undefined ? undefined : new BlockReference(name, block)
  }

  override toString(): string {
    return '<TemplateReference None>'
  }
}
