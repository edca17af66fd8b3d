import { splitLines, strip } from '../../python/white-space.ts'
import { Failure } from '../error.ts'
import { replaceText } from '../methods/text.ts'
import type { Run } from '../run.ts'
import { truth } from '../values/compare.ts'
import { dictOf } from '../values/dict.ts'
import { lengthOf, textLength, textSlice } from '../values/iterate.ts'
import { capitalize, pad } from '../values/letter-case.ts'
import { escapeHtml } from '../values/markup.ts'
import { integerArgument, isNothing, textArgument } from '../values/native.ts'
import { percentFormat } from '../values/percent-format.ts'
import { textOf } from '../values/text.ts'
import { Markup, stringOf, Tuple, typeName } from '../values/values.ts'
import type { Filter } from './filter.ts'
import { wrapLine } from './word-wrap.ts'

/** A filter that turns text into text; Markup stays Markup. */
function textual(description: string, change: (text: string) => string): Filter {
  return { description, takes: [], apply: (run, value) => like(value, run.sized(change(textOf(run, value)))) }
}

function like(value: unknown, text: string): unknown {
  return value instanceof Markup ? new Markup(text) : text
}

export const upper = textual('The text in upper case.', text => text.toUpperCase())
export const lower = textual('The text in lower case.', text => text.toLowerCase())
export const capitalizeFilter = textual('The first character in upper case, all others in lower case.', capitalize)

export const title: Filter = {
  description: 'Every word with a capital first letter.',
  takes: [],
  apply: (run, value) => {
    const text = textOf(run, value)
    run.spend(text.length / 4) // each word is made by itself
    const words = text.split(/([-\s({[<]+)/).map(word => capitalize(word))
    return like(value, run.sized(words.join('')))
  },
}

export const string: Filter = {
  description: 'The value as text.',
  takes: [],
  isConstant: true, // of text; what it takes to write anything else is charged as it grows
  apply: (run, value) => (value instanceof Markup ? value : textOf(run, value)),
}

export const trim: Filter = {
  description: 'The text without white space, or without the given characters, at both ends.',
  takes: ['chars?'],
  apply: (run, value, set) => like(value, strip(textOf(run, value), isNothing(set) ? null : textArgument('chars', set))),
}

export const replace: Filter = {
  description: 'The text with every occurrence of one text, or the first `count`, replaced by another.',
  takes: ['old', 'new', 'count?'],
  apply: (run, value, old, replacement, count) => {
    const most = isNothing(count) ? -1 : integerArgument('count', count)
    if (!run.autoescape) return replaceText(run, textOf(run, value), textOf(run, old), textOf(run, replacement), most)
    const isHtml = [value, old, replacement].some(part => part instanceof Markup)
    const text = isHtml ? escapeHtml : textOf
    const replaced = replaceText(run, text(run, value), text(run, old), text(run, replacement), most)
    return isHtml ? new Markup(replaced) : replaced
  },
}

export const truncate: Filter = {
  description: 'The text cut to a length, at a word unless `killwords`, with `end` behind it where it was longer by more than `leeway`.',
  takes: ['length?', 'killwords?', 'end?', 'leeway?'],
  apply: (_, value, length, killWords, end, leeway) => {
    const [most, ending] = [integerArgument('length', length, 255), textArgument('end', end, '...')]
    const tolerance = isNothing(leeway) ? 5 : integerArgument('leeway', leeway)
    if (most < textLength(ending)) throw new Failure('argument', `expected length >= ${textLength(ending)}, got ${most}`)
    if (tolerance < 0) throw new Failure('argument', `expected leeway >= 0, got ${tolerance}`)
    if ((lengthOf(value) ?? Number.POSITIVE_INFINITY) <= most + tolerance) return value
    const text = requireText('truncate', value)
    const head = textSlice(text, 0, most - textLength(ending))
    const space = head.lastIndexOf(' ')
    return like(value, (truth(killWords) || space < 0 ? head : head.slice(0, space)) + ending)
  },
}

export const indent: Filter = {
  description: 'The text with its lines indented; the first line only with `first`, empty ones only with `blank`.',
  takes: ['width?', 'first?', 'blank?'],
  apply: (run, value, width, first, blank) => {
    const text = requireText('indent', value)
    const margin = stringOf(width) ?? ' '.repeat(Math.min(Math.max(0, integerArgument('width', width, 4)), run.options.limits.output))
    const lines = splitLines(`${text}\n`)
    run.spend(lines.length / 4)
    run.reserve(text.length + lines.length * margin.length)
    const indented = lines.map((line, index) => (index === 0 || (line === '' && !truth(blank)) ? line : margin + line)).join('\n')
    return like(value, run.sized(truth(first) ? margin + indented : indented))
  },
}

export const wordwrap: Filter = {
  description: 'The text wrapped to a width, paragraph by paragraph.',
  takes: ['width?', 'break_long_words?', 'wrapstring?', 'break_on_hyphens?'],
  apply: (run, value, width, breakLong, wrapString, breakHyphens) => {
    const newline = isNothing(wrapString) ? '\n' : textArgument('wrapstring', wrapString)
    const options = {
      width: integerArgument('width', width, 79),
      breakLongWords: breakLong === undefined || truth(breakLong),
      breakOnHyphens: breakHyphens === undefined || truth(breakHyphens),
    }
    const lines = splitLines(requireText('wordwrap', value)).map(line => wrapLine(run, line, options).join(newline))
    return run.sized(lines.join(newline))
  },
}

export const center: Filter = {
  description: 'The text in the middle of a field of the given width.',
  takes: ['width?'],
  apply: (run, value, width) => like(value, pad(run, textOf(run, value), width ?? 80, undefined, 'center')),
}

export const wordcount: Filter = {
  description: 'How many words the text has.',
  takes: [],
  apply: (run, value) => {
    const text = textOf(run, value)
    run.spend(text.length / 32)
    return text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0
  },
}

export const format: Filter = {
  description: "Values put into a text by Python's % format.",
  applyAll: (run, value, args, keywords) => {
    if (args.length > 0 && keywords.size > 0) throw new Failure('argument', 'format takes positional or keyword arguments, not both')
    const values = keywords.size > 0 ? dictOf(keywords) : new Tuple(args)
    if (value instanceof Markup) return new Markup(percentFormat(run, value.text, values, escapeHtml))
    return percentFormat(run, textOf(run, value), values)
  },
}

function requireText(filter: string, value: unknown): string {
  const text = stringOf(value)
  if (text === null)
    throw new Failure('type', `${filter} needs text: found ${typeName(value)}`, { hint: 'Turn it into text first: … | string' })
  return text
}

/** Texts of values, for joining; Markup escapes its neighbours where HTML is being written. */
export function joinTexts(run: Run, items: readonly unknown[], separator: unknown): unknown {
  const isHtml = run.autoescape && (separator instanceof Markup || items.some(item => item instanceof Markup))
  const text = isHtml ? escapeHtml : textOf
  const between = text(run, separator)
  let length = 0
  const parts = items.map(item => {
    const part = text(run, item)
    run.reserve((length += part.length + between.length))
    return part
  })
  const joined = run.sized(parts.join(between))
  return isHtml ? new Markup(joined) : joined
}
