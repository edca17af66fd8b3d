import { Failure } from '../error.ts'
import { truth } from '../values/compare.ts'
import { iterate } from '../values/iterate.ts'
import { escapeHtml, escapeText } from '../values/markup.ts'
import { integerArgument, isNothing, textArgument } from '../values/native.ts'
import { Markup } from '../values/values.ts'
import type { Filter } from './filter.ts'

const WEB =
  /^(?:https?:\/\/(?:(?:[^\s/.:?#@]+\.)+[^\s/.:?#@]+|localhost|(?:\d{1,3}\.){3}\d{1,3}|\[[\da-f:]+\])|(?:www\.)?(?:[\p{L}\p{N}-]+\.)+(?:com|net|int|edu|gov|org|info|mil))(?::\d{1,5})?(?:[/?#]\S*)?$/iu
const MAIL = /^\S+@[\p{L}\p{N}_][\p{L}\p{N}._-]*\.[\p{L}\p{N}_]+$/u
const PAIRS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const

/** Turns the addresses in text into links. */
export const urlize: Filter = {
  description: 'The text as HTML with its web and mail addresses as links.',
  takes: ['trim_url_limit?', 'nofollow?', 'target?', 'rel?', 'extra_schemes?'],
  apply: (run, value, limit, nofollow, target, rel, schemes) => {
    const relations = new Set([...textArgument('rel', rel ?? '').split(/\s+/), truth(nofollow) ? 'nofollow' : '', 'noopener'])
    relations.delete('')
    const extra = isNothing(schemes) ? [] : iterate(run, schemes).map(scheme => textArgument('extra_schemes', scheme))
    for (const scheme of extra) {
      if (!/^[\w.+-]{2,}:\/{0,2}$/.test(scheme)) throw new Failure('argument', `'${scheme}' is not a valid URI scheme prefix.`)
    }
    const most = isNothing(limit) ? null : integerArgument('trim_url_limit', limit)
    const attributes = ` rel="${escapeText([...relations].sort().join(' '))}"${isNothing(target) ? '' : ` target="${escapeHtml(run, target)}"`}`
    const shown = (text: string) => (most !== null && text.length > most ? `${text.slice(0, most)}...` : text)
    const linked = escapeHtml(run, value)
      .split(/(\s+)/)
      .map(word => linkWord(word, extra, attributes, shown))
      .join('')
    return run.autoescape ? new Markup(run.sized(linked)) : run.sized(linked)
  },
}

function linkWord(word: string, schemes: readonly string[], attributes: string, shown: (text: string) => string): string {
  const { head, middle, tail } = trimmed(word)
  const link = (href: string, text = middle) => `${head}<a href="${href}"${attributes}>${shown(text)}</a>${tail}`
  if (WEB.test(middle)) return link(/^https?:\/\//.test(middle) ? middle : `https://${middle}`)
  if (middle.startsWith('mailto:') && MAIL.test(middle.slice(7))) return `${head}<a href="${middle}">${middle.slice(7)}</a>${tail}`
  if (middle.includes('@') && !middle.startsWith('www.') && !middle.includes(':') && MAIL.test(middle)) {
    return `${head}<a href="mailto:${middle}">${middle}</a>${tail}`
  }
  return schemes.some(scheme => middle !== scheme && middle.startsWith(scheme)) ? link(middle) : word
}

/** A word without the punctuation around it; a bracket that opens inside keeps its other half. */
function trimmed(word: string): { head: string; middle: string; tail: string } {
  const head = /^(?:[(<]|&lt;)*/.exec(word)![0]
  let end = word.length
  for (let last = lastMark(word, end); last > 0 && end - last >= head.length; last = lastMark(word, end)) end -= last
  let middle = word.slice(head.length, end)
  let tail = word.slice(end)
  for (const [open, close] of PAIRS) {
    let missing = middle.split(open).length - middle.split(close).length
    for (; missing > 0 && tail.includes(close); missing--) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return { head, middle, tail }
}

/** Length of the mark before a place that belongs to the sentence rather than to the address; 0 where there is none. */
function lastMark(word: string, end: number): number {
  if (end >= 4 && word.startsWith('&gt;', end - 4)) return 4
  return end > 0 && ')>.,\n'.includes(word[end - 1]!) ? 1 : 0
}
