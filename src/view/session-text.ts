import pc from 'picocolors'
import stringWidth from 'string-width'
import { refuseUnknownOptions } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { visible, visibleLine } from '../visible.ts'
import type { SessionView, ViewItem } from './session-items.ts'
import { argumentsText, clockOf, groupReplays, headingOf, outcomeOf, relationOf, speakerOf, titleOf } from './session-labels.ts'
import type { FileDiff } from './tool-diff.ts'
import { diffSize } from './tool-diff.ts'
import { wrap } from './wrap.ts'

/** How a session is laid out as text. */
export type TextLayout = {
  /** Columns. Default 100. */
  width: number
  /** Whether the terminal takes colors. Default false. */
  color: boolean
  /** Calls in a line, everything open, prompts and answers alone. Default all. */
  show: 'read' | 'all' | 'talk'
}

const USUAL_LAYOUT: TextLayout = { width: 100, color: false, show: 'all' }

/** A piece of a session as lines, which can be folded: what always shows, and what shows when it is open. */
export type TextBlock = {
  kind: ViewItem['kind'] | 'heading' | 'replayed'
  failed: boolean
  depth: number
  head: string[]
  body: string[]
  isOpen: boolean
}

/** A session as text a person wants to read; every word of the log is shown so that it does nothing. */
export function sessionText(view: SessionView, layout: Partial<TextLayout> = {}): string {
  refuseUnknownOptions(layout, Object.keys(USUAL_LAYOUT), 'sessionText')
  return sessionBlocks(view, { ...USUAL_LAYOUT, ...layout })
    .flatMap(linesOf)
    .join('\n')
}

/** Lines of a block as it is, folded or open. */
export function linesOf({ head, body, isOpen }: TextBlock): string[] {
  return isOpen ? [...head, ...body] : head
}

/** A session as blocks, those of sub-agents and branches in their place. */
export function sessionBlocks(view: SessionView, layout: TextLayout): TextBlock[] {
  return new Blocks(layout, 0).of(view)
}

/** What a session within another has in common with it, or is seen by where it stands. */
const ABOVE: ReadonlySet<string> = new Set(['project', 'parent', 'time'])

/** Changes of a few lines are seen at once. */
const SMALL_DIFF = 14
/** Of reasoning a reader sees the beginning. */
const REASONING_SHOWN = 3

class Blocks {
  private readonly layout: TextLayout
  private readonly depth: number
  private readonly paint: ReturnType<typeof pc.createColors>
  private model: string | null = null

  constructor(layout: TextLayout, depth: number) {
    this.layout = layout
    this.depth = depth
    this.paint = pc.createColors(layout.color)
  }

  of(view: SessionView): TextBlock[] {
    this.model = view.models.length === 1 ? view.models[0]! : null
    return [
      this.heading(view),
      ...groupReplays(view.items).flatMap(item => ('replayed' in item ? this.replayed(item.replayed) : this.item(item))),
    ]
  }

  private heading(view: SessionView): TextBlock {
    const { paint } = this
    const facts = headingOf(view).filter(([name]) => this.depth === 0 || !ABOVE.has(name))
    const longest = Math.max(...facts.map(([name]) => name.length))
    const told = facts.flatMap(([name, value]) =>
      this.wrapped(value, longest + 2).map((line, i) => `${paint.dim((i === 0 ? name : '').padEnd(longest))}  ${line}`),
    )
    const title = titleOf(view)
    const id = title === view.trace_id ? [] : [paint.dim(this.line(view.trace_id))]
    return this.block('heading', [...this.wrapped(this.line(title), 0).map(paint.bold), ...id, ...told, ''], [])
  }

  private item(item: ViewItem): TextBlock[] {
    const { paint, layout } = this
    const isTalk = layout.show === 'talk'
    switch (item.kind) {
      case 'prompt':
        return [this.words(item, paint.green(paint.bold(`▌ ${speakerOf(item, null)}`)), { isOpen: true })]
      case 'answer':
        return [this.words(item, paint.magenta(paint.bold(`● ${this.line(speakerOf(item, this.model))}`)), { isOpen: true })]
      case 'reasoning':
        return isTalk ? [] : [this.reasoning(item)]
      case 'note':
        return isTalk ? [] : [this.words(item, paint.dim(`· ${this.line(speakerOf(item, null))}`), { isOpen: layout.show === 'all' })]
      case 'call':
        return isTalk && item.children.length === 0 ? [] : this.call(item)
      case 'result':
        return isTalk ? [] : [this.result(item)]
      case 'boundary': {
        const name = ` ${this.line(item.boundary)} `
        return [
          this.block('boundary', ['', paint.yellow(`────${name}${'─'.repeat(Math.max(0, this.room - stringWidth(name) - 4))}`), ''], []),
        ]
      }
      case 'child':
        return this.child(item.child)
    }
  }

  private words(item: Extract<ViewItem, { text: string }>, name: string, { isOpen }: { isOpen: boolean }): TextBlock {
    const body = [...this.wrapped(item.text.trimEnd(), 2).map(line => `  ${line}`), ...this.images(item.images)]
    const hidden = isOpen ? '' : this.paint.dim(`  ${this.counted(body)}`)
    return this.block(item.kind, [`${name}${this.note(item)}${hidden}`], [...body, ''], { isOpen })
  }

  private reasoning(item: Extract<ViewItem, { text: string }>): TextBlock {
    const lines = this.wrapped(item.text.trimEnd(), 2).map(line => this.paint.dim(this.paint.italic(`  ${line}`)))
    const name = `${this.paint.dim('○ thinks')}${this.note(item)}`
    if (lines.length <= REASONING_SHOWN + 1) return this.block('reasoning', [name, ...lines], [''], { isOpen: true })
    const more = this.paint.dim(`  … ${lines.length - REASONING_SHOWN} more lines`)
    const isOpen = this.layout.show === 'all'
    if (isOpen) return this.block('reasoning', [name, ...lines, ''], [])
    return { ...this.block('reasoning', [name, ...lines.slice(0, REASONING_SHOWN), more], lines.slice(REASONING_SHOWN)), isOpen }
  }

  private call(item: Extract<ViewItem, { kind: 'call' }>): TextBlock[] {
    const { paint, layout } = this
    const failed = item.result?.failed === true
    const outcome = outcomeOf(item)
    const name = paint.cyan(this.line(item.name))
    const end = failed ? paint.red(`✗ ${outcome}`) : paint.dim(outcome)
    const note = this.note(item)
    const brief = this.cut(this.line(item.brief), this.room - stringWidth(`→ ${name}    ${end}${note}`))
    const head = `→ ${name}  ${brief}  ${end}${note}`
    const args = item.diffs.length > 0 ? null : argumentsText(item, writeJson)
    const body = [
      ...(args === null ? [] : this.wrapped(args, 4).map(line => paint.dim(`    ${line}`))),
      ...item.diffs.flatMap(diff => this.diff(diff)),
      ...(item.result === null || item.result.text.trim() === ''
        ? []
        : this.wrapped(item.result.text.trimEnd(), 4).map(line => `  ${failed ? paint.red('│') : paint.dim('│')} ${line}`)),
      ...this.images(item.result?.images ?? []),
    ]
    const { added, removed } = diffSize(item.diffs)
    const isSmall = added + removed > 0 && added + removed <= SMALL_DIFF
    const isOpen = layout.show === 'all' || (layout.show === 'read' && (failed || isSmall))
    return [
      this.block('call', [head], body.length === 0 ? [] : [...body, ''], { isOpen, failed }),
      ...item.children.flatMap(child => this.child(child)),
    ]
  }

  private result(item: Extract<ViewItem, { kind: 'result' }>): TextBlock {
    const body = [...this.wrapped(item.result.text.trimEnd(), 4).map(line => `  │ ${line}`), ...this.images(item.result.images)]
    return this.block('result', [`${this.paint.yellow(`→ ${item.name}`)}${this.note(item)}`], body, {
      isOpen: this.layout.show === 'all',
      failed: item.result.failed,
    })
  }

  private child(view: SessionView): TextBlock[] {
    const inner = new Blocks({ ...this.layout, width: Math.max(40, this.layout.width - 3) }, this.depth + 1)
    const blocks = inner.of(view)
    const edge = this.paint.blue('┃')
    const indented = (line: string) => ` ${edge} ${line}`
    const title = this.paint.blue(this.paint.bold(` ┏ ${this.line(relationOf(view))}`))
    return [
      { ...this.block('child', [title], []), depth: this.depth },
      ...blocks.map(block => ({ ...block, head: block.head.map(indented), body: block.body.map(indented) })),
      this.block('child', [this.paint.blue(' ┗'), ''], []),
    ]
  }

  private replayed(items: readonly ViewItem[]): TextBlock[] {
    // Within another session they stand above.
    if (this.layout.show === 'all' && this.depth === 0) return items.flatMap(item => this.item(item))
    const messages = new Set(items.map(({ message }) => message)).size
    const head = this.paint.dim(`⋯ ${messages} ${messages === 1 ? 'message' : 'messages'} that another session has said`)
    const body = items.flatMap(item => this.item(item)).flatMap(({ head, body }) => [...head, ...body])
    return [this.block('replayed', [head], body, { isOpen: false })]
  }

  private diff({ path, lines }: FileDiff): string[] {
    const { paint } = this
    const MARKS = { added: '+', removed: '-', same: ' ', cut: ' ' }
    const PAINTS = { added: paint.green, removed: paint.red, same: (text: string) => text, cut: paint.dim }
    const shown = lines.flatMap(({ kind, text }) => this.wrapped(text, 6).map(line => `    ${PAINTS[kind](`${MARKS[kind]} ${line}`)}`))
    return [...(path === null ? [] : [paint.dim(`    ${this.line(path)}`)]), ...shown]
  }

  private images(images: readonly string[]): string[] {
    return images.map(url => this.paint.dim(`  [image ${this.cut(this.line(url.slice(0, 60)), 40)}]`))
  }

  /** Which message it is, when, and what else is to be known of it. */
  private note({ message, at, whose, kind, replay, trained }: ViewItem): string {
    const told = [
      `#${message}`,
      clockOf(at),
      kind === 'answer' && whose !== 'model' ? whose : null,
      kind === 'answer' && !trained ? 'not trained on' : null,
      replay ? 'repeated' : null,
    ]
    return this.paint.dim(`  ${this.line(told.filter(part => part !== null).join(' '))}`)
  }

  private counted(lines: readonly string[]): string {
    return `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}`
  }

  private block(kind: TextBlock['kind'], head: string[], body: string[], { isOpen = true, failed = false } = {}): TextBlock {
    return { kind, failed, depth: this.depth, head, body, isOpen }
  }

  private get room(): number {
    return Math.max(20, this.layout.width)
  }

  private wrapped(text: string, indent: number): string[] {
    return wrap(visible(text), Math.max(20, this.room - indent))
  }

  private line(text: string): string {
    return visibleLine(text)
  }

  private cut(text: string, width: number): string {
    if (stringWidth(text) <= Math.max(10, width)) return text
    return `${wrap(text, Math.max(9, width - 1))[0]}…`
  }
}
