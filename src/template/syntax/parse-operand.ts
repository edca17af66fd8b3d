import type { TokenType } from './lex.ts'
import type { Arguments, Expression, FilterNode, Keyword, Pair } from './nodes.ts'
import { describeToken, type TokenStream } from './token-stream.ts'

/** Reads operands: names and literals with the attributes, items, calls, filters and tests that follow them. */
export class OperandParser {
  private readonly tokens: TokenStream
  private readonly inner: Inner

  constructor(tokens: TokenStream, inner: Inner) {
    this.tokens = tokens
    this.inner = inner
  }

  /** A name, a literal, or something in parentheses. */
  primary(namespaces: boolean): Expression {
    const { tokens } = this
    const token = tokens.current
    const { at } = token
    if (token.type === 'name') {
      tokens.take()
      return this.nameOrWord(String(token.value), at, namespaces)
    }
    if (token.type === 'string') {
      let value = ''
      while (tokens.is('string')) value += tokens.take().value
      return { kind: 'Const', value, at }
    }
    if (token.type === 'integer' || token.type === 'float') return { kind: 'Const', value: tokens.take().value, at }
    if (tokens.skipIf('(')) {
      const inner = this.inner.tuple({ parenthesized: true })
      tokens.expect(')')
      return inner
    }
    if (tokens.skipIf('[')) return { kind: 'List', items: this.items(']', () => this.inner.expression()), at }
    if (tokens.skipIf('{')) return { kind: 'Dict', items: this.items('}', () => this.pair()), at }
    return tokens.fail(`unexpected '${describeToken(token)}'`)
  }

  private nameOrWord(name: string, at: number, namespaces: boolean): Expression {
    if (name === 'true' || name === 'True') return { kind: 'Const', value: true, at }
    if (name === 'false' || name === 'False') return { kind: 'Const', value: false, at }
    if (name === 'none' || name === 'None') return { kind: 'Const', value: null, at }
    if (namespaces && this.tokens.skipIf('.')) return { kind: 'NSRef', name, attribute: String(this.tokens.expect('name').value), at }
    return { kind: 'Name', name, at }
  }

  private items<T>(end: TokenType, one: () => T): T[] {
    const items: T[] = []
    while (!this.tokens.is(end)) {
      if (items.length > 0) this.tokens.expect(',')
      if (this.tokens.is(end)) break
      items.push(one())
    }
    this.tokens.expect(end)
    return items
  }

  private pair(): Pair {
    const key = this.inner.expression()
    this.tokens.expect(':')
    return { kind: 'Pair', key, value: this.inner.expression(), at: key.at }
  }

  /** What follows an operand directly: attributes, items, calls. */
  postfix(node: Expression): Expression {
    for (;;) {
      const { type } = this.tokens.current
      if (type === '.') node = this.attribute(node)
      else if (type === '[') node = this.subscript(node)
      else if (type === '(') node = this.call(node)
      else return node
    }
  }

  /** Filters and tests, and calls between them. */
  filtersAndTests(node: Expression): Expression {
    for (;;) {
      if (this.tokens.is('|')) node = this.filters(node)!
      else if (this.tokens.isName('is')) node = this.test(node)
      else if (this.tokens.is('(')) node = this.call(node)
      else return node
    }
  }

  private attribute(node: Expression): Expression {
    const { at } = this.tokens.take()
    const token = this.tokens.take()
    if (token.type === 'name') return { kind: 'Getattr', node, attribute: String(token.value), at }
    if (token.type !== 'integer') this.tokens.fail('expected name or number', token.at)
    return { kind: 'Getitem', node, argument: { kind: 'Const', value: token.value, at: token.at }, at }
  }

  private subscript(node: Expression): Expression {
    const { at } = this.tokens.take()
    const items: Expression[] = []
    while (!this.tokens.is(']')) {
      if (items.length > 0) this.tokens.expect(',')
      items.push(this.subscribed())
    }
    this.tokens.expect(']')
    return { kind: 'Getitem', node, argument: items.length === 1 ? items[0]! : { kind: 'Tuple', items, at }, at }
  }

  private subscribed(): Expression {
    const { at } = this.tokens.current
    const start = this.tokens.is(':') ? null : this.inner.expression()
    if (!this.tokens.skipIf(':')) return start!
    const bound = () => (this.tokens.is(':') || this.tokens.is(']') || this.tokens.is(',') ? null : this.inner.expression())
    const stop = bound()
    return { kind: 'Slice', start, stop, step: this.tokens.skipIf(':') ? bound() : null, at }
  }

  private call(node: Expression): Expression {
    const { at } = this.tokens.current
    return { kind: 'Call', node, ...this.arguments(), at }
  }

  private arguments(): Arguments {
    const { tokens } = this
    const open = tokens.expect('(')
    const result: Arguments = { args: [], keywords: [], restArgs: null, restKeywords: null }
    const ensure = (valid: boolean) => {
      if (!valid) tokens.fail('invalid syntax for function call expression', open.at)
    }
    for (let first = true; !tokens.is(')'); first = false) {
      if (!first) tokens.expect(',')
      if (tokens.is(')')) break
      if (tokens.skipIf('*')) {
        ensure(result.restArgs === null && result.restKeywords === null)
        result.restArgs = this.inner.expression()
      } else if (tokens.skipIf('**')) {
        ensure(result.restKeywords === null)
        result.restKeywords = this.inner.expression()
      } else if (tokens.is('name') && tokens.look().type === '=') {
        ensure(result.restKeywords === null)
        result.keywords.push(this.keyword())
      } else {
        ensure(result.restArgs === null && result.restKeywords === null && result.keywords.length === 0)
        result.args.push(this.inner.expression())
      }
    }
    tokens.expect(')')
    return result
  }

  private keyword(): Keyword {
    const name = this.tokens.take()
    this.tokens.take()
    return { kind: 'Keyword', key: String(name.value), value: this.inner.expression(), at: name.at }
  }

  /** Filters with their bars; `inline` starts at the first name, as a filter block does. */
  filters(node: Expression | null, inline = false): FilterNode | null {
    let filtered = node
    while (inline || this.tokens.skipIf('|')) {
      inline = false
      const { at } = this.tokens.current
      const name = this.dottedName()
      filtered = { kind: 'Filter', node: filtered, name, ...this.optionalArguments(), at }
    }
    return filtered as FilterNode | null
  }

  private dottedName(): string {
    let name = String(this.tokens.expect('name').value)
    while (this.tokens.skipIf('.')) name += `.${this.tokens.expect('name').value}`
    return name
  }

  private optionalArguments(): Arguments {
    return this.tokens.is('(') ? this.arguments() : { args: [], keywords: [], restArgs: null, restKeywords: null }
  }

  private test(node: Expression): Expression {
    this.tokens.take()
    const negated = this.tokens.skipName('not')
    const { at } = this.tokens.current
    const name = this.dottedName()
    let given = this.optionalArguments
    const next = this.tokens.current
    const isOperator = next.type === 'name' && ['else', 'or', 'and'].includes(String(next.value))
    if (next.type !== '(' && TEST_ARGUMENT_STARTS.has(next.type) && !isOperator) {
      if (next.value === 'is' && next.type === 'name') this.tokens.fail('You cannot chain multiple tests with is')
      const argument = this.postfix(this.primary(false))
      given = () => ({ args: [argument], keywords: [], restArgs: null, restKeywords: null })
    }
    const test: Expression = { kind: 'Test', node, name, ...given.call(this), at }
    return negated ? { kind: 'Not', node: test, at } : test
  }
}

const TEST_ARGUMENT_STARTS: ReadonlySet<TokenType> = new Set<TokenType>(['name', 'string', 'integer', 'float', '(', '[', '{'])

/** Reads whole expressions inside of operands. */
type Inner = { expression(): Expression; tuple(options: { parenthesized: boolean }): Expression }
