import { createHash } from 'node:crypto'
import { refuseUnknownOptions } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { escapeHTML } from './escape-html.ts'
import { markdownHTML } from './markdown-html.ts'
import { pictureURL } from './picture-url.ts'
import { SESSION_STYLE } from './session-html-style.ts'
import type { SessionView, ViewItem } from './session-items.ts'
import { argumentsText, clockOf, groupReplays, headingOf, outcomeOf, relationOf, speakerOf, titleOf } from './session-labels.ts'
import { diffSize, type FileDiff } from './tool-diff.ts'

/** What a page holds. */
export type PageOptions = {
  /** Whether pictures are in the page; default: embed. */
  images?: 'embed' | 'omit'
}

/**
 * A session as one page that needs nothing else: no script, no request. Words of the log are text in it, and its policy lets nothing run
 * or load even where they were not.
 */
export function sessionHTML(view: SessionView, options: PageOptions = {}): string {
  refuseUnknownOptions(options, ['images'], 'sessionHTML')
  const { images = 'embed' } = options
  const style = createHash('sha256').update(SESSION_STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src data:; base-uri 'none'; form-action 'none'`
  const title = escapeHTML(titleOf(view))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${title}</title><style>${SESSION_STYLE}</style></head>
<body><div class="page">${outline(view)}<main><header><h1>${title}</h1>${heading(view)}</header>
${new Page(images, 'm').items(view)}
</main></div></body></html>
`
}

/** Changes of a few lines are seen at once. */
const SMALL_DIFF = 14

/** Prompts, boundaries and failures as links to their places. */
function outline(view: SessionView): string {
  const links = view.items.flatMap(item => {
    if (item.replay) return []
    if (item.kind === 'prompt') return [`<li><a href="#m${item.message}">${escapeHTML(item.text.trim().slice(0, 80))}</a></li>`]
    if (item.kind === 'boundary') return [`<li><a href="#m${item.message}">── ${escapeHTML(item.boundary)}</a></li>`]
    const isFailure = item.kind === 'call' && item.result?.failed === true
    return isFailure ? [`<li class="bad"><a href="#m${item.message}">✗ ${escapeHTML(item.name)} failed</a></li>`] : []
  })
  return `<nav aria-label="Prompts and failures"><h2>In this session</h2><ol>${links.join('')}</ol></nav>`
}

function heading(view: SessionView): string {
  const facts = headingOf(view).map(([name, value]) => `<dt>${name}</dt><dd>${escapeHTML(value)}</dd>`)
  return `<p class="id">${escapeHTML(view.trace_id)}</p><dl>${facts.join('')}</dl>`
}

class Page {
  private readonly imageHow: 'embed' | 'omit'
  private readonly prefix: string
  private model: string | null = null
  private children = 0
  private anchored = -1

  /** `prefix`: of anchors, for sessions within others have messages of the same numbers. */
  constructor(images: 'embed' | 'omit', prefix: string) {
    this.imageHow = images
    this.prefix = prefix
  }

  items(view: SessionView): string {
    this.model = view.models.length === 1 ? view.models[0]! : null
    return groupReplays(view.items)
      .map(item => ('replayed' in item ? this.replayed(item.replayed) : this.item(item)))
      .join('\n')
  }

  private item(item: ViewItem): string {
    switch (item.kind) {
      case 'prompt':
        return this.section('prompt', item, `<div class="said">${escapeHTML(item.text.trim())}</div>${this.images(item.images)}`)
      case 'answer':
        return this.section('answer', item, `${markdownHTML(item.text)}${this.images(item.images)}`)
      case 'reasoning':
        return this.folded(
          'reasoning',
          item,
          `thinks <span class="dim">${firstWords(item.text)}</span>`,
          `<pre>${escapeHTML(item.text.trim())}</pre>`,
          false,
        )
      case 'note':
        return this.folded(
          'remark',
          item,
          `${escapeHTML(speakerOf(item, null))} <span class="dim">${firstWords(item.text)}</span>`,
          `<pre>${escapeHTML(item.text.trim())}</pre>${this.images(item.images)}`,
          false,
        )
      case 'call':
        return this.call(item)
      case 'result':
        return this.folded(item.result.failed ? 'bad' : '', item, escapeHTML(item.name), this.result(item.result), false)
      case 'boundary':
        return `<div class="boundary"${this.anchor(item)} role="separator">${escapeHTML(item.boundary)}</div>`
      case 'child':
        return this.child(item.child)
    }
  }

  private section(kind: string, item: ViewItem, body: string): string {
    return `<section class="item ${kind}"${this.anchor(item)}><div class="who">${escapeHTML(speakerOf(item, this.model))}${note(item)}</div>${body}</section>`
  }

  private folded(kind: string, item: ViewItem, summary: string, body: string, isOpen: boolean): string {
    return `<details class="item ${kind}"${this.anchor(item)}${isOpen ? ' open' : ''}><summary>${summary}${note(item)}</summary>${body}</details>`
  }

  private call(item: Extract<ViewItem, { kind: 'call' }>): string {
    const failed = item.result?.failed === true
    const { added, removed } = diffSize(item.diffs)
    const args = item.diffs.length > 0 ? null : argumentsText(item, writeJson)
    const summary = `<b>${escapeHTML(item.name)}</b> <code>${escapeHTML(item.brief)}</code> <span class="out dim">${failed ? '✗ ' : ''}${escapeHTML(outcomeOf(item))}</span>`
    const body = [
      args === null ? '' : `<pre>${escapeHTML(args)}</pre>`,
      ...item.diffs.map(diffHTML),
      item.result === null ? '<p class="dim">The log has no result of this call.</p>' : this.result(item.result),
    ]
    const isOpen = failed || (added + removed > 0 && added + removed <= SMALL_DIFF)
    return [this.folded(failed ? 'bad' : '', item, summary, body.join(''), isOpen), ...item.children.map(child => this.child(child))].join(
      '\n',
    )
  }

  private result({ text, images }: { text: string; images: readonly string[] }): string {
    const words = text.trim() === '' ? '' : `<pre class="result">${escapeHTML(text.replace(/\n+$/, ''))}</pre>`
    return `${words}${this.images(images)}`
  }

  private child(view: SessionView): string {
    const inner = new Page(this.imageHow, `${this.prefix}${++this.children}-`)
    const title = `<h2>${escapeHTML(relationOf(view))}: ${escapeHTML(titleOf(view))}</h2>`
    return `<section class="child">${title}<details><summary class="dim">about it</summary>${heading(view)}</details>${inner.items(view)}</section>`
  }

  private replayed(items: readonly ViewItem[]): string {
    const messages = new Set(items.map(({ message }) => message)).size
    const body = items.map(item => this.item(item)).join('\n')
    return `<details class="replayed"><summary class="dim">${messages} ${messages === 1 ? 'message' : 'messages'} that another session has said</summary>${body}</details>`
  }

  private images(images: readonly string[]): string {
    return images
      .map(url => {
        const shown = this.imageHow === 'embed' ? pictureURL(url) : null
        return shown === null
          ? `<p class="omitted">[picture, ${url.length.toLocaleString('en-US')} characters]</p>`
          : `<img src="${shown}" alt="picture in the log" loading="lazy">`
      })
      .join('')
  }

  /** The first item of a message is where links to it lead. */
  private anchor({ message }: ViewItem): string {
    if (this.anchored === message) return ''
    this.anchored = message
    return ` id="${this.prefix}${message}"`
  }
}

function diffHTML({ path, lines }: FileDiff): string {
  const MARKS = { added: '+', removed: '-', same: ' ', cut: ' ' }
  const shown = lines.map(({ kind, text }) => `<span class="${kind}">${MARKS[kind]} ${escapeHTML(text)}</span>`)
  return `${path === null ? '' : `<p class="dim"><code>${escapeHTML(path)}</code></p>`}<pre class="diff">${shown.join('')}</pre>`
}

/** Which message it is, when, whether it is trained on, and where in the log it stands. */
function note(item: ViewItem): string {
  const { message, at, kind, trained, place } = item
  const clock = clockOf(at)
  const time = clock === null ? '' : ` <time datetime="${escapeHTML(at!)}">${clock}</time>`
  const train = kind === 'answer' && !trained ? ' not trained on' : ''
  return ` <span class="note" title="${escapeHTML(place ?? '')}">#${message}${time}${train}</span>`
}

function firstWords(text: string): string {
  const line = text.trim().split('\n', 1)[0]!
  return escapeHTML(line.length > 90 ? `${line.slice(0, 90)}…` : line)
}
