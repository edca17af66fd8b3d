import { TracewrightError } from '../errors.ts'

/** What went wrong in a template, for programs that decide by it. */
export type TemplateProblem =
  | 'syntax' // the template cannot be read
  | 'filter' // a filter or test that does not exist or is not allowed
  | 'argument' // a filter, test, method or macro called with arguments it does not take
  | 'undefined' // something that is not there was used
  | 'type' // an operation on values it is not made for
  | 'security' // an attempt to leave the sandbox or to change the row
  | 'limit' // too many steps, too much text, too deep
  | 'loader' // include, import or extends: templates stand alone
  | 'raised' // a chat template refused what it was given, in its own words
  | 'empty' // strict profile: nothing was rendered

/** An error of a template: where it is, with the line and a caret under the place. */
export class TemplateError extends TracewrightError {
  override readonly name = 'TemplateError'
  /** What kind of mistake it is. */
  readonly problem: TemplateProblem
  /** Line of the template, from 1. */
  readonly line: number
  /** '2 | {{ a.b.c }}\n  |    ^', empty when the place is unknown. */
  readonly excerpt: string
  /** Further mistakes of the same template, in their order: filters and tests that nobody knows. */
  others: readonly TemplateError[] = []

  /** @internal */
  constructor(problem: TemplateProblem, message: string, place: TemplatePlace, details: { hint?: string; cause?: unknown } = {}) {
    super('template', message, { ...details, where: `${place.name}:${place.line}` })
    this.problem = problem
    this.line = place.line
    this.excerpt = place.excerpt
  }

  /** The sentence, and below it the line of the template with a caret under the place. */
  get report(): string {
    return this.excerpt === '' ? this.sentence : `${this.sentence}\n${this.excerpt}`
  }
}

/** A place in a template as people name it. */
export type TemplatePlace = {
  /** What messages call the template. */
  name: string
  /** Line of the template, from 1. */
  line: number
  /** The line itself. */
  excerpt: string
}

/** The place of an offset in a template's source. */
export function placeAt(name: string, source: string, offset: number): TemplatePlace {
  const start = source.lastIndexOf('\n', offset - 1) + 1
  const newline = source.indexOf('\n', offset)
  const text = source.slice(start, newline < 0 ? source.length : newline)
  const line = source.slice(0, start).split('\n').length
  const column = offset - start
  const from = Math.max(0, column - 60)
  const shown = `${from > 0 ? '…' : ''}${text.slice(from, from + 120)}`
  const gutter = ' '.repeat(String(line).length)
  const caret = ' '.repeat(column - from + (from > 0 ? 1 : 0))
  return { name, line, excerpt: `${line} | ${shown}\n${gutter} | ${caret}^` }
}

/** A problem met while a template is compiled or runs, before its place is known; becomes a TemplateError where the template ends. */
export class Failure extends Error {
  readonly problem: TemplateProblem
  readonly hint: string | null
  readonly at: number | null // offset in the source; null: where the template was running

  constructor(problem: TemplateProblem, message: string, details: { hint?: string; at?: number } = {}) {
    super(message)
    this.problem = problem
    this.hint = details.hint ?? null
    this.at = details.at ?? null
  }
}
