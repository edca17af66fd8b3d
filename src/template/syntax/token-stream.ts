import { Failure } from '../error.ts'
import type { Token, TokenType } from './lex.ts'

/** How messages call a token. */
export function describeToken(token: Token): string {
  return token.type === 'name' ? String(token.value) : (DESCRIPTIONS[token.type] ?? token.type)
}

const DESCRIPTIONS: Partial<Record<TokenType, string>> = {
  block_begin: 'begin of statement block',
  block_end: 'end of statement block',
  variable_begin: 'begin of print statement',
  variable_end: 'end of print statement',
  data: 'template data / text',
  eof: 'end of template',
}

/** The tokens of a template, read one after the other. */
export class TokenStream {
  private readonly tokens: readonly Token[]
  private next = 0
  current: Token

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
    this.current = tokens[0]!
  }

  /** The current token; the one after it becomes current. */
  take(): Token {
    const token = this.current
    if (this.next < this.tokens.length - 1) this.current = this.tokens[++this.next]!
    return token
  }

  /** The token after the current one. */
  look(): Token {
    return this.tokens[Math.min(this.next + 1, this.tokens.length - 1)]!
  }

  is(type: TokenType): boolean {
    return this.current.type === type
  }

  isName(name: string): boolean {
    return this.current.type === 'name' && this.current.value === name
  }

  skipIf(type: TokenType): boolean {
    if (this.current.type !== type) return false
    this.take()
    return true
  }

  skipName(name: string): boolean {
    if (!this.isName(name)) return false
    this.take()
    return true
  }

  expect(type: TokenType): Token {
    if (this.current.type !== type) this.unexpected(DESCRIPTIONS[type] ?? type)
    return this.take()
  }

  expectName(name: string): Token {
    if (!this.isName(name)) this.unexpected(name)
    return this.take()
  }

  fail(message: string, at = this.current.at): never {
    throw new Failure('syntax', message, { at })
  }

  private unexpected(expected: string): never {
    if (this.current.type === 'eof') this.fail(`unexpected end of template, expected '${expected}'.`)
    this.fail(`expected token '${expected}', got '${describeToken(this.current)}'`)
  }
}
