import { splitSpace } from '../../python/white-space.ts'

/** HTML without comments and tags, with white space folded and entities undone. */
export function stripTags(html: string): string {
  return unescapeHtml(splitSpace(without(without(html, '<!--', '-->'), '<', '>')).join(' '))
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** Text without everything between two marks; an opening mark that is never closed stays. */
function without(text: string, open: string, close: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const start = text.indexOf(open, at)
    const end = start < 0 ? -1 : text.indexOf(close, start)
    if (end < 0) return out + text.slice(at)
    out += text.slice(at, start)
    at = end + close.length
  }
}

/** Text with the common HTML entities undone: the numeric ones and those XML has. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,5}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex!, 16)
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}
