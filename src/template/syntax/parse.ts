import { lex } from './lex.ts'
import type { For, If, Name, Output, Signature, Statement, TemplateNode, With } from './nodes.ts'
import { ExpressionParser } from './parse-expression.ts'
import { TokenStream } from './token-stream.ts'

/** Which tags a template may use beyond Jinja's own, and whether blocks take the white space around them along. */
export type Tags = { loopControls: boolean; do: boolean; generation?: boolean; trimBlocks?: boolean }

/** The syntax tree of a normalized source. Throws Failure with the offset. */
export function parse(source: string, tags: Tags = { loopControls: true, do: true }): TemplateNode {
  return new StatementParser(new TokenStream(lex(source, tags.trimBlocks)), tags).template()
}

const MAX_NESTING = 100

class StatementParser {
  private readonly tokens: TokenStream
  private readonly expressions: ExpressionParser
  private readonly tags: Tags
  private readonly openTags: string[] = []
  private readonly awaited: string[][] = []

  constructor(tokens: TokenStream, tags: Tags) {
    this.tokens = tokens
    this.expressions = new ExpressionParser(tokens)
    this.tags = tags
  }

  template(): TemplateNode {
    return { kind: 'Template', body: this.statements(), at: 0 }
  }

  /** Statements up to one of the names, which stays the current token; up to the end of the template without names. */
  private statements(until: string[] | null = null): Statement[] {
    const body: Statement[] = []
    let output: Output | null = null
    const { tokens } = this
    if (until !== null) this.awaited.push(until)
    while (!tokens.is('eof')) {
      const { type, at, value } = tokens.take()
      if (type === 'data' || type === 'variable_begin') {
        if (output === null) body.push((output = { kind: 'Output', nodes: [], at }))
        if (type === 'data') output.nodes.push({ kind: 'TemplateData', data: String(value), at })
        else {
          output.nodes.push(this.expressions.tuple())
          tokens.expect('variable_end')
        }
      } else {
        output = null
        if (until !== null && tokens.is('name') && until.includes(String(tokens.current.value))) break
        body.push(this.statement())
        tokens.expect('block_end')
      }
    }
    if (until !== null) {
      if (tokens.is('eof')) this.unexpectedTag(null)
      this.awaited.pop()
    }
    return body
  }

  /** The body of a tag: after its `%}`, up to one of the names. */
  private body(...until: string[]): Statement[] {
    this.tokens.skipIf(':')
    this.tokens.expect('block_end')
    return this.statements(until)
  }

  /** The body of a tag with its end tag. */
  private wholeBody(end: string): Statement[] {
    const body = this.body(end)
    this.tokens.take()
    return body
  }

  private statement(): Statement {
    const { tokens } = this
    if (!tokens.is('name')) tokens.fail('tag name expected')
    const name = String(tokens.current.value)
    const parseTag = this.parserOf(name)
    if (parseTag === null) this.unexpectedTag(name)
    const { at } = tokens.take()
    if (this.openTags.push(name) > MAX_NESTING) tokens.fail(`Tags nested more than ${MAX_NESTING} deep`, at)
    const statement = parseTag(at)
    this.openTags.pop()
    return statement
  }

  private parserOf(name: string): ((at: number) => Statement) | null {
    switch (name) {
      case 'for':
        return at => this.for(at)
      case 'if':
        return at => this.if(at)
      case 'set':
        return at => this.set(at)
      case 'with':
        return at => this.with(at)
      case 'macro':
        return at => ({ kind: 'Macro', name: this.name().name, ...this.signature(), body: this.wholeBody('endmacro'), at })
      case 'call':
        return at => this.callBlock(at)
      case 'filter':
        return at => ({
          kind: 'FilterBlock',
          filter: this.expressions.operands.filters(null, true)!,
          body: this.wholeBody('endfilter'),
          at,
        })
      case 'autoescape':
        return at => this.autoescape(at)
      case 'block':
        return at => this.block(at)
      case 'print':
        return at => this.print(at)
      case 'include':
      case 'extends':
      case 'import':
      case 'from':
        return at => this.reference(name, at)
      case 'do':
        return this.tags.do ? at => ({ kind: 'ExprStmt', node: this.expressions.tuple(), at }) : null
      case 'generation':
        return this.tags.generation ? at => ({ kind: 'Generation', body: this.wholeBody('endgeneration'), at }) : null
      case 'break':
        return this.tags.loopControls ? at => ({ kind: 'Break', at }) : null
      case 'continue':
        return this.tags.loopControls ? at => ({ kind: 'Continue', at }) : null
      default:
        return null
    }
  }

  private for(at: number): For {
    const target = this.expressions.target({ endsAtName: 'in' })
    this.tokens.expectName('in')
    const iterable = this.expressions.tuple({ conditional: false, endsAtName: 'recursive' })
    const test = this.tokens.skipName('if') ? this.expressions.expression() : null
    const recursive = this.tokens.skipName('recursive')
    const body = this.body('endfor', 'else')
    const otherwise = this.tokens.take().value === 'else' ? this.wholeBody('endfor') : []
    return { kind: 'For', target, iterable, body, otherwise, test, recursive, at }
  }

  private if(at: number): If {
    const first = this.branch(at)
    for (;;) {
      const token = this.tokens.take()
      if (token.value === 'elif') first.elifs.push(this.branch(token.at))
      else if (token.value === 'else') first.otherwise = this.wholeBody('endif')
      if (token.value !== 'elif') return first
    }
  }

  private branch(at: number): If {
    const test = this.expressions.tuple({ conditional: false })
    return { kind: 'If', test, body: this.body('elif', 'else', 'endif'), elifs: [], otherwise: [], at }
  }

  private set(at: number): Statement {
    const target = this.expressions.target({ namespaces: true })
    if (this.tokens.skipIf('=')) return { kind: 'Assign', target, value: this.expressions.tuple(), at }
    return { kind: 'AssignBlock', target, filter: this.expressions.operands.filters(null), body: this.wholeBody('endset'), at }
  }

  private with(at: number): Statement {
    const node: With = { kind: 'With', targets: [], values: [], body: [], at }
    for (let first = true; !this.tokens.is('block_end'); first = false) {
      if (!first) this.tokens.expect(',')
      node.targets.push(this.expressions.target())
      this.tokens.expect('=')
      node.values.push(this.expressions.expression())
    }
    node.body = this.wholeBody('endwith')
    return node
  }

  private callBlock(at: number): Statement {
    const signature = this.tokens.is('(') ? this.signature() : { parameters: [], defaults: [] }
    const call = this.expressions.expression()
    if (call.kind !== 'Call') this.tokens.fail('expected call', at)
    return { kind: 'CallBlock', call, ...signature, body: this.wholeBody('endcall'), at }
  }

  private signature(): Signature {
    const signature: Signature = { parameters: [], defaults: [] }
    this.tokens.expect('(')
    while (!this.tokens.is(')')) {
      if (signature.parameters.length > 0) this.tokens.expect(',')
      signature.parameters.push(this.name())
      if (this.tokens.skipIf('=')) signature.defaults.push(this.expressions.expression())
      else if (signature.defaults.length > 0) this.tokens.fail('non-default argument follows default argument')
    }
    this.tokens.expect(')')
    return signature
  }

  private name(): Name {
    const { value, at } = this.tokens.expect('name')
    if (/^(true|false|none|True|False|None)$/.test(String(value))) this.tokens.fail("can't assign to 'const'", at)
    return { kind: 'Name', name: String(value), at }
  }

  private autoescape(at: number): Statement {
    const option = { kind: 'Keyword' as const, key: 'autoescape', value: this.expressions.expression(), at }
    return { kind: 'Scope', body: [{ kind: 'ScopedEvalContextModifier', option, body: this.wholeBody('endautoescape'), at }], at }
  }

  private block(at: number): Statement {
    const { name } = this.name()
    const scoped = this.tokens.skipName('scoped')
    this.tokens.skipName('required')
    if (this.tokens.is('-')) this.tokens.fail('Block names may not contain hyphens: use an underscore instead')
    const body = this.wholeBody('endblock')
    this.tokens.skipName(name)
    return { kind: 'Block', name, scoped, body, at }
  }

  private print(at: number): Statement {
    const output: Output = { kind: 'Output', nodes: [], at }
    while (!this.tokens.is('block_end')) {
      if (output.nodes.length > 0) this.tokens.expect(',')
      output.nodes.push(this.expressions.expression())
    }
    return output
  }

  /** A tag that names another template: read to its end, to be refused where it is compiled. */
  private reference(tag: 'include' | 'extends' | 'import' | 'from', at: number): Statement {
    const kinds = { include: 'Include', extends: 'Extends', import: 'Import', from: 'FromImport' } as const
    const template = this.expressions.expression()
    while (!this.tokens.is('block_end') && !this.tokens.is('eof')) this.tokens.take()
    return { kind: kinds[tag], template, at }
  }

  private unexpectedTag(name: string | null): never {
    const wanted = this.awaited.at(-1)
    const isMisplaced = name !== null && this.awaited.some(names => names.includes(name))
    const looking = wanted?.map(end => `'${end}'`).join(' or ')
    const sentences = [name === null ? 'Unexpected end of template.' : `Encountered unknown tag '${name}'.`]
    if (isMisplaced)
      sentences.push(`You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.`)
    else if (looking) sentences.push(`Jinja was looking for the following tags: ${looking}.`)
    const open = this.openTags.at(-1)
    if (open !== undefined) sentences.push(`The innermost block that needs to be closed is '${open}'.`)
    this.tokens.fail(sentences.join(' '))
  }
}
