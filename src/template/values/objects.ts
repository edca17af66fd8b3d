import type { Run } from '../run.ts'
import { dictGet, dictSet } from './dict.ts'
import { Callable, type Dict, type Keywords, Special } from './values.ts'

/** Something callable that has attributes besides. */
export interface Invocable {
  invoke(run: Run, args: unknown[], keywords: Keywords): unknown
}

/** `namespace()`: the one thing inner scopes may assign to. */
export class Namespace extends Special {
  readonly typeName = 'Namespace'
  private readonly attributes: Dict

  constructor(attributes: Dict) {
    super()
    this.attributes = attributes
  }

  override attribute(name: string): unknown {
    return dictGet(this.attributes, name)
  }

  assign(name: string, value: unknown): void {
    dictSet(this.attributes, name, value)
  }

  override toString(): string {
    return '<Namespace>'
  }
}

/** `cycler(…)`: gives its values in turn. */
export class Cycler extends Special {
  readonly typeName = 'Cycler'
  private readonly items: readonly unknown[]
  private position = 0

  constructor(items: readonly unknown[]) {
    super()
    this.items = items
  }

  override attribute(name: string): unknown {
    if (name === 'current') return this.items[this.position]
    if (name === 'next') return new Callable('<bound method Cycler.next>', () => this.next())
    if (name === 'reset') return new Callable('<bound method Cycler.reset>', () => this.reset())
    return undefined
  }

  private next(): unknown {
    const item = this.items[this.position]
    this.position = (this.position + 1) % this.items.length
    return item
  }

  private reset(): null {
    this.position = 0
    return null
  }

  override toString(): string {
    return '<Cycler>'
  }
}

/** `joiner(sep)`: nothing at the first call, the separator at every other. */
export class Joiner extends Special implements Invocable {
  readonly typeName = 'Joiner'
  private readonly separator: string
  private isUsed = false

  constructor(separator: string) {
    super()
    this.separator = separator
  }

  invoke(): string {
    if (this.isUsed) return this.separator
    this.isUsed = true
    return ''
  }

  override toString(): string {
    return '<Joiner>'
  }
}
