import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { equals, undefinedFailure } from '../values/compare.ts'
import type { Invocable } from '../values/objects.ts'
import { Callable, Special, Tuple, Undefined } from '../values/values.ts'

/** The `loop` variable of a for loop. */
export class Loop extends Special implements Invocable {
  readonly typeName = 'LoopContext'
  index0 = 0
  private readonly items: readonly unknown[]
  private readonly depth0: number
  private readonly recurse: ((run: Run, items: unknown, depth0: number) => unknown) | null
  private last: Tuple | null = null

  constructor(items: readonly unknown[], depth0: number, recurse: Loop['recurse']) {
    super()
    this.items = items
    this.depth0 = depth0
    this.recurse = recurse
  }

  override attribute(name: string): unknown {
    const { index0, items } = this
    switch (name) {
      case 'index':
        return index0 + 1
      case 'index0':
        return index0
      case 'revindex':
        return items.length - index0
      case 'revindex0':
        return items.length - index0 - 1
      case 'first':
        return index0 === 0
      case 'last':
        return index0 === items.length - 1
      case 'length':
        return items.length
      case 'depth':
        return this.depth0 + 1
      case 'depth0':
        return this.depth0
      case 'previtem':
        return index0 === 0 ? new Undefined('there is no previous item') : items[index0 - 1]
      case 'nextitem':
        return index0 === items.length - 1 ? new Undefined('there is no next item') : items[index0 + 1]
      case 'cycle':
        return new Callable('<bound method LoopContext.cycle>', (_run, args) => this.cycle(args))
      case 'changed':
        return new Callable('<bound method LoopContext.changed>', (run, args) => this.changed(run, args))
      default:
        return undefined
    }
  }

  private cycle(args: unknown[]): unknown {
    if (args.length === 0) throw new Failure('argument', 'no items for cycling given')
    return args[this.index0 % args.length]
  }

  private changed(run: Run, args: unknown[]): boolean {
    const value = new Tuple(args)
    if (this.last !== null && equals(run, this.last, value)) return false
    this.last = value
    return true
  }

  /** Render the loop's body again for inner items. */
  invoke(run: Run, args: unknown[]): unknown {
    if (this.recurse === null) throw new Failure('type', "The loop must have the 'recursive' marker to be called recursively.")
    const inner = args[0]
    if (inner === undefined) throw new Failure('argument', 'loop() is missing its items')
    if (inner instanceof Undefined && inner.isUnsafe) throw undefinedFailure(inner)
    return this.recurse(run, inner, this.depth0 + 1)
  }

  override toString(): string {
    return `<LoopContext ${this.index0 + 1}/${this.items.length}>`
  }
}
