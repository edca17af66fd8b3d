import { visible } from '../visible.ts'

/** What a terminal was told of colours, from which character of the text on, as classes of a page. */
export type Colours = [from: number, classes: string][]

const SGR = /\x1b\[([\d;]*)m/g

/** Changes of colour that are told; a text of more is shown without the rest. */
const MAX_CHANGES = 2000

/** A text in which nothing acts, with the colours that a terminal would have shown. Other things it was told are shown as escapes. */
export function coloured(text: string): { text: string; colours?: Colours } {
  if (!text.includes('\x1b[')) return { text: visible(text) }
  const colours: Colours = []
  let [shown, at] = ['', 0]
  let style: Style = PLAIN
  for (const match of text.matchAll(SGR)) {
    shown += visible(text.slice(at, match.index))
    at = match.index + match[0].length
    style = changed(style, match[1]!.split(';').map(Number))
    const classes = [style.colour, style.isBold && 'sgr-bold'].filter(Boolean).join(' ')
    if (colours.at(-1)?.[0] === shown.length) colours.pop()
    if (colours.length < MAX_CHANGES && (colours.at(-1)?.[1] ?? '') !== classes) colours.push([shown.length, classes])
  }
  shown += visible(text.slice(at))
  return colours.length === 0 ? { text: shown } : { text: shown, colours }
}

type Style = { colour: string | null; isBold: boolean }
const PLAIN: Style = { colour: null, isBold: false }

/** The eight colours, plain and bright alike; of finer ones nothing is kept, for pages have their own. */
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

function changed(style: Style, codes: readonly number[]): Style {
  let now = style
  for (const code of codes) {
    if (code === 38 || code === 48) return now // what follows says a colour of many
    const name = NAMES[code >= 90 && code <= 97 ? code - 90 : code - 30]
    if (code === 0) now = PLAIN
    else if (code === 1) now = { ...now, isBold: true }
    else if (code === 22) now = { ...now, isBold: false }
    else if (code === 39) now = { ...now, colour: null }
    else if (name !== undefined) now = { ...now, colour: `sgr-${name}` }
  }
  return now
}
