import type { Run } from '../run.ts'
import { escapeHtml } from '../values/markup.ts'
import { callNative, keywordsFrom } from '../values/native.ts'
import { type LookUp, strFormat } from '../values/str-format.ts'
import { stripTags, unescapeHtml } from '../values/strip-tags.ts'
import { Callable, Markup, stringOf } from '../values/values.ts'
import { weightOf } from '../values/weight.ts'
import { textMethods } from './text.ts'

/** A method of HTML text: those of text, giving Markup again, with arguments escaped. */
export function markupMethod(value: Markup, name: string, found: LookUp): Callable | undefined {
  const display = `<built-in method ${name} of Markup object>`
  if (name === 'striptags') return new Callable(display, run => charged(run, value, stripTags))
  if (name === 'unescape') return new Callable(display, run => charged(run, value, unescapeHtml))
  if (name === 'format')
    return new Callable(display, (run, args, keywords) => new Markup(strFormat(run, value.text, args, keywords, found, escapeHtml)))
  if (name === 'format_map') {
    return new Callable(
      display,
      (run, args) => new Markup(strFormat(run, value.text, [], new Map(keywordsFrom(args[0])), found, escapeHtml)),
    )
  }
  const method = textMethods[name]
  if (method === undefined) return undefined
  return new Callable(display, (run, args, keywords) => {
    const given = ESCAPING.has(name) ? args.map(argument => escapeArgument(run, argument)) : args
    return marked(callNative(name, method, run, value.text, given, keywords))
  })
}

// Methods of Markup that take text and put it into theirs: it has to be escaped on the way.
const ESCAPING: ReadonlySet<string> = new Set([
  'join',
  'replace',
  'split',
  'rsplit',
  'partition',
  'rpartition',
  'center',
  'ljust',
  'rjust',
  'strip',
  'lstrip',
  'rstrip',
])

function charged(run: Run, value: Markup, change: (text: string) => string): string {
  run.spend(1 + weightOf(value))
  return change(value.text)
}

function escapeArgument(run: Run, argument: unknown): unknown {
  if (Array.isArray(argument)) return argument.map(item => (stringOf(item) === null ? item : escapeHtml(run, item)))
  return stringOf(argument) === null ? argument : escapeHtml(run, argument)
}

function marked(result: unknown): unknown {
  if (typeof result === 'string') return new Markup(result)
  if (Array.isArray(result)) return result.map(marked)
  return result
}
