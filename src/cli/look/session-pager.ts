import pc from 'picocolors'
import stringWidth from 'string-width'
import { linesOf, type TextBlock } from '../../view/session-text.ts'
import { visibleLine } from '../../visible.ts'

/** Where the reader wants to go. */
export type PagerEnd = 'quit' | 'next' | 'previous'

/** What keys do, those first that are missed most where a line has no room for all. */
const LEGEND = ['q quit', 'j/k line', 'o fold', '/ find', 'n/p session', 'J/K prompt', 'e failure', 'O all']

/** A session on a screen: keys move a cursor over its lines, fold and open its pieces, and find words. It writes nothing itself. */
export class SessionPager {
  private readonly blocks: TextBlock[]
  private readonly place: string
  private rows: number
  private width: number
  private lines: { text: string; block: number }[] = []
  private cursor = 0
  private top = 0
  private query = ''
  private typed: string | null = null // while a search is typed
  private told = ''

  /** `place`: which of how many sessions this is. */
  constructor(blocks: readonly TextBlock[], place: string, size: { rows: number; columns: number }) {
    this.blocks = blocks.map(block => ({ ...block }))
    this.place = place
    this.rows = size.rows
    this.width = size.columns
    this.layOut()
  }

  resize({ rows, columns }: { rows: number; columns: number }): void {
    this.rows = rows
    this.width = columns
    this.follow()
  }

  /** Take a key; tells where to go, if away from here. */
  key(key: string): PagerEnd | null {
    this.told = ''
    if (this.typed !== null) {
      this.type(key)
      return null
    }
    const page = Math.max(1, this.rows - 2)
    const moves: { readonly [key: string]: () => void } = {
      j: () => this.move(1),
      k: () => this.move(-1),
      '\x1b[B': () => this.move(1),
      '\x1b[A': () => this.move(-1),
      ' ': () => this.move(page),
      '\x1b[6~': () => this.move(page),
      b: () => this.move(-page),
      '\x1b[5~': () => this.move(-page),
      g: () => this.move(-Infinity),
      G: () => this.move(Infinity),
      J: () => this.seek(1, block => block.kind === 'prompt', 'prompt'),
      K: () => this.seek(-1, block => block.kind === 'prompt', 'prompt'),
      e: () => this.seek(1, block => block.failed, 'failure'),
      E: () => this.seek(-1, block => block.failed, 'failure'),
      o: () => this.toggle(),
      '\r': () => this.toggle(),
      O: () => this.toggleAll(),
      '/': () => {
        this.typed = ''
      },
    }
    if (Object.hasOwn(moves, key)) moves[key]!()
    return /^[qQ\x03\x04\x1b]$/.test(key) ? 'quit' : key === 'n' ? 'next' : key === 'p' ? 'previous' : null
  }

  /** Say something on the last line, until the next key. */
  tell(text: string): void {
    this.told = text
  }

  /** What the screen shows, a line for each of its rows. */
  screen(): string[] {
    const room = this.rows - 1
    const shown = this.lines.slice(this.top, this.top + room).map(({ text, block }, i) => {
      const isHere = this.top + i === this.cursor
      const isFirst = this.lines[this.top + i - 1]?.block !== block
      const isFolded = isFirst && !this.blocks[block]!.isOpen && this.blocks[block]!.body.length > 0
      return `${isHere ? '›' : isFolded ? '+' : ' '} ${text}`
    })
    const percent = this.lines.length === 0 ? 100 : Math.round((100 * (this.cursor + 1)) / this.lines.length)
    const status = this.typed !== null ? `/${visibleLine(this.typed)}` : this.told || legend(`${this.place} · ${percent} %`, this.width)
    return [...shown, ...Array(Math.max(0, room - shown.length)).fill('~'), pc.inverse(cutTo(status, this.width))]
  }

  private type(key: string): void {
    if (key === '\r') {
      if (this.typed !== '') this.query = this.typed!
      this.typed = null
      this.find()
    } else if (key === '\x1b' || key === '\x03') this.typed = null
    else if (key === '\x7f' || key === '\b') this.typed = this.typed!.slice(0, -1)
    else if (!/[\x00-\x1f]/.test(key)) this.typed += key
  }

  /** The next line with the words, in folded pieces too: these are opened. */
  private find(): void {
    if (this.query === '') return
    const wanted = this.query.toLowerCase()
    const all = this.blocks.flatMap((block, i) => [...block.head, ...block.body].map((text, line) => ({ text, block: i, line })))
    const here = this.lines[this.cursor]!
    const start = all.findIndex(({ block }) => block === here.block) + this.offsetIn(here.block) + 1
    const found = [...all.slice(start), ...all.slice(0, start)].find(({ text }) => plain(text).toLowerCase().includes(wanted))
    if (found === undefined) {
      this.told = `Not found: ${visibleLine(this.query)}`
      return
    }
    const block = this.blocks[found.block]!
    if (found.line >= block.head.length) block.isOpen = true
    this.layOut()
    this.cursor = this.lines.findIndex(line => line.block === found.block) + found.line
    this.follow()
  }

  private offsetIn(block: number): number {
    return this.cursor - this.lines.findIndex(line => line.block === block)
  }

  private move(by: number): void {
    this.cursor = Math.max(0, Math.min(this.lines.length - 1, this.cursor + by))
    this.follow()
  }

  private seek(direction: 1 | -1, isWanted: (block: TextBlock) => boolean, what: string): void {
    for (let i = this.lines[this.cursor]!.block + direction; i >= 0 && i < this.blocks.length; i += direction)
      if (isWanted(this.blocks[i]!)) {
        this.cursor = this.lines.findIndex(({ block }) => block === i)
        this.top = this.cursor
        this.follow()
        return
      }
    this.told = `No ${direction === 1 ? 'further' : 'earlier'} ${what}`
  }

  private toggle(): void {
    const at = this.lines[this.cursor]!.block
    const block = this.blocks[at]!
    if (block.body.length === 0) return
    block.isOpen = !block.isOpen
    this.layOut()
    this.cursor = this.lines.findIndex(line => line.block === at)
    this.follow()
  }

  /** Open all pieces of the kind at the cursor, or fold them. */
  private toggleAll(): void {
    const at = this.lines[this.cursor]!.block
    const { kind, isOpen } = this.blocks[at]!
    for (const block of this.blocks) if (block.kind === kind && block.body.length > 0) block.isOpen = !isOpen
    this.layOut()
    this.cursor = this.lines.findIndex(line => line.block === at)
    this.follow()
  }

  private layOut(): void {
    this.lines = this.blocks.flatMap((block, i) => linesOf(block).map(text => ({ text, block: i })))
    if (this.lines.length === 0) this.lines = [{ text: '', block: 0 }]
  }

  private follow(): void {
    const room = Math.max(1, this.rows - 1)
    this.top = Math.max(0, Math.min(this.top, this.cursor), this.cursor - room + 1)
  }
}

/** Where the reader is, and as many keys as there is room for. */
function legend(place: string, width: number): string {
  let line = place
  for (const key of LEGEND) {
    if (stringWidth(`${line} · ${key}`) > width) break
    line = `${line} · ${key}`
  }
  return line
}

function plain(text: string): string {
  return text.replace(/\x1b\[[\d;]*m/g, '')
}

function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text + ' '.repeat(width - stringWidth(text))
  return `${[...text].slice(0, Math.max(0, width - 1)).join('')}…`
}
