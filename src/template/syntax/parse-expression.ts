import type { TokenType } from './lex.ts'
import type { Binary, Expression, Operand, Target } from './nodes.ts'
import { OperandParser } from './parse-operand.ts'
import { describeToken, type TokenStream } from './token-stream.ts'

/** Where a tuple without parentheses ends besides at the end of its tag. */
export type TupleOptions = { endsAtName?: string; conditional?: boolean; parenthesized?: boolean }

/** How deep expressions may nest: far beyond what people write, well below what the stack holds. */
const MAX_NESTING = 150

const COMPARISONS: Partial<Record<TokenType, string>> = { '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'lteq', '>': 'gt', '>=': 'gteq' }
const SUMS: Partial<Record<TokenType, Binary['kind']>> = { '+': 'Add', '-': 'Sub' }
const PRODUCTS: Partial<Record<TokenType, Binary['kind']>> = { '*': 'Mul', '/': 'Div', '//': 'FloorDiv', '%': 'Mod' }

/** Reads expressions by Jinja's grammar, whose precedence differs from Python's in places: `~` binds tighter than `+`, a filter than a minus. */
export class ExpressionParser {
  readonly operands: OperandParser
  private readonly tokens: TokenStream
  private nesting = 0

  constructor(tokens: TokenStream) {
    this.tokens = tokens
    this.operands = new OperandParser(tokens, this)
  }

  expression(conditional = true): Expression {
    if (++this.nesting > MAX_NESTING) this.tokens.fail(`Expression nested more than ${MAX_NESTING} deep`)
    const expression = conditional ? this.conditional() : this.or()
    this.nesting--
    return expression
  }

  /** An expression, or several with commas between them, which make a tuple. */
  tuple(options: TupleOptions = {}): Expression {
    return this.commaSeparated(() => this.expression(options.conditional ?? true), options)
  }

  /** What is assigned to: a name, a namespace's attribute, or a tuple of them. */
  target(options: { endsAtName?: string; namespaces?: boolean } = {}): Target {
    const target = this.commaSeparated(() => this.operands.primary(options.namespaces ?? false), options)
    this.requireAssignable(target)
    return target as Target
  }

  private requireAssignable(target: Expression): void {
    if (target.kind === 'Tuple') for (const item of target.items) this.requireAssignable(item)
    else if (target.kind !== 'Name' && target.kind !== 'NSRef')
      this.tokens.fail(`can't assign to '${target.kind.toLowerCase()}'`, target.at)
  }

  private commaSeparated(one: () => Expression, { endsAtName, parenthesized = false }: TupleOptions): Expression {
    const { tokens } = this
    const at = tokens.current.at
    const items: Expression[] = []
    let isTuple = false
    for (;;) {
      if (items.length > 0) tokens.expect(',')
      if (tokens.is('variable_end') || tokens.is('block_end') || tokens.is(')') || (endsAtName && tokens.isName(endsAtName))) break
      items.push(one())
      if (!tokens.is(',')) break
      isTuple = true
    }
    if (isTuple) return { kind: 'Tuple', items, at }
    if (items.length > 0) return items[0]!
    if (!parenthesized) tokens.fail(`Expected an expression, got '${describeToken(tokens.current)}'`)
    return { kind: 'Tuple', items, at }
  }

  private conditional(): Expression {
    const at = this.tokens.current.at
    let expression = this.or()
    while (this.tokens.skipName('if')) {
      const test = this.or()
      const otherwise = this.tokens.skipName('else') ? this.expression() : null
      expression = { kind: 'CondExpr', test, chosen: expression, otherwise, at }
    }
    return expression
  }

  private or(): Expression {
    let left = this.and()
    while (this.tokens.isName('or')) {
      const { at } = this.tokens.take()
      left = { kind: 'Or', left, right: this.and(), at }
    }
    return left
  }

  private and(): Expression {
    let left = this.not()
    while (this.tokens.isName('and')) {
      const { at } = this.tokens.take()
      left = { kind: 'And', left, right: this.not(), at }
    }
    return left
  }

  private not(): Expression {
    if (!this.tokens.isName('not')) return this.compare()
    const { at } = this.tokens.take()
    return { kind: 'Not', node: this.nested(() => this.not()), at }
  }

  private compare(): Expression {
    const expression = this.sum()
    const operands: Operand[] = []
    for (;;) {
      const { type, at } = this.tokens.current
      const operator = COMPARISONS[type]
      if (operator !== undefined) {
        this.tokens.take()
        operands.push({ kind: 'Operand', operator, expression: this.sum(), at })
      } else if (this.tokens.skipName('in')) {
        operands.push({ kind: 'Operand', operator: 'in', expression: this.sum(), at })
      } else if (this.tokens.isName('not') && this.tokens.look().value === 'in') {
        this.tokens.take()
        this.tokens.take()
        operands.push({ kind: 'Operand', operator: 'notin', expression: this.sum(), at })
      } else break
    }
    return operands.length === 0 ? expression : { kind: 'Compare', expression, operands, at: operands[0]!.at }
  }

  private sum(): Expression {
    return this.leftToRight(SUMS, () => this.concat())
  }

  private concat(): Expression {
    const nodes = [this.product()]
    const at = this.tokens.current.at
    while (this.tokens.skipIf('~')) nodes.push(this.product())
    return nodes.length === 1 ? nodes[0]! : { kind: 'Concat', nodes, at }
  }

  private product(): Expression {
    return this.leftToRight(PRODUCTS, () => this.power())
  }

  private power(): Expression {
    return this.leftToRight({ '**': 'Pow' }, () => this.unary())
  }

  private leftToRight(operators: Partial<Record<TokenType, Binary['kind']>>, operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const kind = operators[this.tokens.current.type]
      if (kind === undefined) return left
      const { at } = this.tokens.take()
      left = { kind, left, right: operand(), at }
    }
  }

  private unary(withFilter = true): Expression {
    const { type, at } = this.tokens.current
    let node: Expression
    if (type === '-' || type === '+') {
      this.tokens.take()
      node = { kind: type === '-' ? 'Neg' : 'Pos', node: this.nested(() => this.unary(false)), at }
    } else node = this.operands.primary(false)
    node = this.operands.postfix(node)
    return withFilter ? this.operands.filtersAndTests(node) : node
  }

  private nested(parse: () => Expression): Expression {
    if (++this.nesting > MAX_NESTING) this.tokens.fail(`Expression nested more than ${MAX_NESTING} deep`)
    const expression = parse()
    this.nesting--
    return expression
  }
}
