import { Failure } from '../error.ts'

/** One step of a JSONPath: which children to take of each node. */
export type Selector =
  | { kind: 'name'; name: string }
  | { kind: 'index'; index: number }
  | { kind: 'slice'; start: number | null; end: number | null; step: number }
  | { kind: 'wildcard' }
  | { kind: 'filter'; condition: Condition }

export type Step = { selectors: Selector[]; descends: boolean }
export type Path = { isAbsolute: boolean; steps: Step[] }
export type Operand = { path: Path } | { literal: unknown }
export type Condition =
  | { kind: 'or' | 'and'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'exists'; path: Path }
  | { kind: 'compare'; operator: string; left: Operand; right: Operand }

const MAX_DEPTH = 50

/** Reads `$.a['b'][0][1:3][*]..c[?(@.type=='x' && @.n > 1)]`. Throws Failure with the position. */
export class JsonPathParser {
  private readonly text: string
  private at = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  whole(): Path {
    this.space()
    if (this.text[this.at] !== '$') this.fail("expected '$'")
    const path = this.path()
    this.space()
    if (this.at < this.text.length) this.fail('expected the end')
    return path
  }

  private path(): Path {
    const isAbsolute = this.text[this.at++] === '$'
    const steps: Step[] = []
    for (;;) {
      const descends = this.take('..')
      if (this.take('[')) steps.push({ selectors: this.bracket(), descends })
      else if (descends || this.take('.'))
        steps.push({ selectors: [this.take('*') ? { kind: 'wildcard' } : { kind: 'name', name: this.name() }], descends })
      else return { isAbsolute, steps }
    }
  }

  private bracket(): Selector[] {
    const selectors: Selector[] = []
    do {
      this.space()
      selectors.push(this.selector())
      this.space()
    } while (this.take(','))
    if (!this.take(']')) this.fail("expected ']'")
    return selectors
  }

  private selector(): Selector {
    if (this.take('*')) return { kind: 'wildcard' }
    if (this.take('?')) return { kind: 'filter', condition: this.or() }
    const text = this.string()
    if (text !== null) return { kind: 'name', name: text }
    const slice = this.match(/(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?)?/y)
    if (slice !== null) {
      const bound = (digits: string | undefined) => (digits === undefined ? null : Number(digits))
      return { kind: 'slice', start: bound(slice[1]), end: bound(slice[2]), step: bound(slice[3]) ?? 1 }
    }
    const index = this.match(/-?\d+/y)
    if (index === null) this.fail('expected a name in quotes, an index, a slice, * or ?')
    return { kind: 'index', index: Number(index![0]) }
  }

  private or(): Condition {
    if (++this.depth > MAX_DEPTH) this.fail(`conditions nested more than ${MAX_DEPTH} deep`)
    const parts = [this.and()]
    while (this.take('||')) parts.push(this.and())
    this.depth--
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts }
  }

  private and(): Condition {
    const parts = [this.condition()]
    while (this.take('&&')) parts.push(this.condition())
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts }
  }

  private condition(): Condition {
    this.space()
    if (this.match(/!(?!=)/y) !== null) return { kind: 'not', part: this.condition() }
    if (this.take('(')) {
      const inner = this.or()
      if (!this.take(')')) this.fail("expected ')'")
      this.space()
      return inner
    }
    const left = this.operand()
    this.space()
    const operator = this.match(/==|!=|<=|>=|<|>/y)
    if (operator !== null) {
      this.space()
      const right = this.operand()
      this.space()
      return { kind: 'compare', operator: operator[0], left, right }
    }
    if (!('path' in left)) this.fail('expected a comparison')
    return { kind: 'exists', path: (left as { path: Path }).path }
  }

  private operand(): Operand {
    if (this.text[this.at] === '@' || this.text[this.at] === '$') return { path: this.path() }
    const text = this.string()
    if (text !== null) return { literal: text }
    const number = this.match(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y)
    if (number !== null) return { literal: Number(number[0]) }
    const word = this.match(/true|false|null/y)
    if (word === null) this.fail('expected @, $ or a value')
    return { literal: word![0] === 'null' ? null : word![0] === 'true' }
  }

  private name(): string {
    const found = this.match(/[\p{L}\p{N}_-]+/uy)
    if (found === null) this.fail('expected a name')
    return found![0]
  }

  private string(): string | null {
    const found = this.match(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy)
    return found === null ? null : (found[1] ?? found[2])!.replace(/\\(.)/gs, '$1')
  }

  private space(): void {
    this.match(/\s*/y)
  }

  private take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found !== null) this.at = pattern.lastIndex
    return found
  }

  private fail(what: string): never {
    throw new Failure('argument', `Cannot read the JSONPath '${this.text.slice(0, 200)}': ${what} at ${this.at}`)
  }
}
