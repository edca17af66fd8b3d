import { Failure } from '../error.ts'
import { truth } from '../values/compare.ts'
import { dictEntries, isDict } from '../values/dict.ts'
import { isIterable, iterate } from '../values/iterate.ts'
import { escapeHtml, escapeText } from '../values/markup.ts'
import { stripTags } from '../values/strip-tags.ts'
import { textOf } from '../values/text.ts'
import { Markup, stringOf, typeName, Undefined } from '../values/values.ts'
import type { Filter } from './filter.ts'

export const escapeFilter: Filter = {
  description: "The text with HTML's special characters escaped, unless it is HTML already.",
  takes: [],
  apply: (run, value) => new Markup(run.sized(escapeHtml(run, value))),
}

export const forceescape: Filter = {
  description: "The text with HTML's special characters escaped, even if it was before.",
  takes: [],
  apply: (run, value) => new Markup(run.sized(escapeText(textOf(run, value)))),
}

export const safe: Filter = {
  description: 'The text as HTML that autoescape leaves alone.',
  takes: [],
  isConstant: true, // of text
  apply: (run, value) => new Markup(textOf(run, value)),
}

export const striptags: Filter = {
  description: 'The text of HTML, without tags and with white space folded.',
  takes: [],
  apply: (run, value) => run.sized(stripTags(textOf(run, value))),
}

export const urlencode: Filter = {
  description: 'Text quoted for a URL, or the pairs of a dictionary as a query string.',
  takes: [],
  apply: (run, value) => {
    if (stringOf(value) !== null || !isIterable(value) || value instanceof Undefined) return run.sized(quoted(textOf(run, value), '/'))
    const pairs = isDict(value) ? dictEntries(value) : iterate(run, value).map(pair => iterate(run, pair))
    const texts = pairs.map(([key, item]) => `${forQuery(textOf(run, key))}=${forQuery(textOf(run, item))}`)
    return run.sized(texts.join('&'))
  },
}

function quoted(text: string, safeCharacter: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', safeCharacter)
}

function forQuery(text: string): string {
  return quoted(text, '%2F').replaceAll('%20', '+')
}

export const xmlattr: Filter = {
  description: 'A dictionary as XML attributes, without those that are none or undefined, with a space in front.',
  takes: ['autospace?'],
  apply: (run, value, autospace) => {
    if (!isDict(value)) throw new Failure('type', `xmlattr needs a dictionary: found ${typeName(value)}`)
    const attributes = dictEntries(value).flatMap(([key, item]) => {
      if (item === null || item instanceof Undefined) return []
      const name = textOf(run, key)
      if (/[\t-\r />=]/.test(name)) throw new Failure('argument', `Invalid character in attribute name: '${name}'`)
      return [`${escapeHtml(run, key)}="${escapeHtml(run, item)}"`]
    })
    const text = attributes.join(' ')
    const spaced = (autospace === undefined || truth(autospace)) && text !== '' ? ` ${text}` : text
    return run.autoescape ? new Markup(spaced) : spaced
  },
}
