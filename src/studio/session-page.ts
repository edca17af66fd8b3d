import { writeJson } from '../json/exact.ts'
import { markdownTree } from '../view/markdown-tree.ts'
import type { SessionView, ViewItem, ViewResult } from '../view/session-items.ts'
import { argumentsText, headingOf, outcomeOf, titleOf } from '../view/session-labels.ts'
import { visible, visibleLine } from '../visible.ts'
import type { ChildCard, Clip, ComparedCall, PageItem, Picture, ResultCard, WholeText } from './api.ts'
import { type ClipSize, clip, LONG, SHORT, whole } from './clip.ts'
import { pictureKind } from './picture.ts'

/** A session's items as a page shows them: whole texts and pictures are asked for when somebody wants them. */
export class ItemPages {
  private readonly view: SessionView
  private readonly card: (view: SessionView) => ChildCard

  /** `card`: what is told of a session within this one. */
  constructor(view: SessionView, card: (view: SessionView) => ChildCard) {
    this.view = view
    this.card = card
  }

  /** What stands above the items. */
  heading(): { title: string; heading: [string, string][] } {
    return {
      title: visibleLine(titleOf(this.view)),
      heading: headingOf(this.view).map(([name, value]) => [name, visibleLine(value)]),
    }
  }

  /** How many items there are. */
  get size(): number {
    return this.view.items.length
  }

  /** Some of them. */
  items(from: number, count: number): PageItem[] {
    return this.view.items.slice(from, from + count).map((item, i) => this.item(item, from + i))
  }

  private item(item: ViewItem, index: number): PageItem {
    const { message, at, whose, trained, replay, place } = item
    const base = { index, message, at, whose: visibleLine(whose), trained, replay, place: place === null ? null : visibleLine(place) }
    switch (item.kind) {
      case 'prompt':
        return {
          ...base,
          kind: 'prompt',
          text: clip(item.text, LONG),
          asked: item.asked === undefined ? null : visibleLine(clip(item.asked).text),
          pictures: picturesOf(item.images),
        }
      case 'reasoning':
        return { ...base, kind: 'reasoning', text: clip(item.text), pictures: [] }
      case 'answer': {
        const text = clip(item.text, LONG)
        return {
          ...base,
          kind: 'answer',
          text: { ...text, text: '' },
          tree: markdownTree(cut(item.text, text)),
          pictures: picturesOf(item.images),
        }
      }
      case 'note':
        return { ...base, kind: 'note', label: visibleLine(item.label), text: clip(item.text), pictures: picturesOf(item.images) }
      case 'call':
        return {
          ...base,
          kind: 'call',
          name: visibleLine(item.name),
          brief: visibleLine(item.brief),
          outcome: outcomeOf(item),
          arguments: argumentsClip(item),
          diffs: item.diffs.map(({ path, lines }) => ({
            path: path === null ? null : visibleLine(path),
            lines: lines.slice(0, DIFF_LINES).map(({ kind, text }) => ({ kind, text: clip(text, DIFF_LINE).text })),
            left_out: Math.max(0, lines.length - DIFF_LINES),
          })),
          result: item.result === null ? null : resultOf(item.result),
          children: item.children.map(child => named(this.card(child), visibleLine(item.brief))),
        }
      case 'result':
        return { ...base, kind: 'result', name: visibleLine(item.name), result: resultOf(item.result) }
      case 'boundary':
        return { ...base, kind: 'boundary', boundary: visibleLine(item.boundary) }
      case 'child':
        return { ...base, kind: 'child', child: this.card(item.child) }
    }
  }

  /** Its calls, without those that another session has made. */
  calls(): ComparedCall[] {
    return this.view.items.flatMap(item =>
      item.kind !== 'call' || item.replay
        ? []
        : [{ message: item.message, name: visibleLine(item.name), brief: visibleLine(item.brief), failed: item.result?.failed === true }],
    )
  }

  /** A text of an item, whole: what it says, its arguments or its result; null where there is none. */
  text(index: number, part: 'text' | 'arguments' | 'result'): WholeText | null {
    const item = this.view.items[index]
    if (item === undefined) return null
    if (part === 'text') {
      if (!('text' in item)) return null
      return { ...whole(item.text), tree: item.kind === 'answer' ? markdownTree(item.text) : null }
    }
    if (part === 'result') return 'result' in item && item.result !== null ? { ...whole(item.result.text), tree: null } : null
    return item.kind === 'call' ? { ...whole(argumentsText(item, writeJson) ?? ''), tree: null } : null
  }

  /** The pictures of an item, and those of what a call gave, as the log has them. */
  pictures(index: number): readonly string[] {
    const item = this.view.items[index]
    if (item === undefined) return []
    return [...('images' in item ? item.images : []), ...('result' in item && item.result !== null ? item.result.images : [])]
  }

  /** Items in which words stand, in any case, folded text included. */
  find(words: string): { items: number[]; places: number } {
    const wanted = words.toLowerCase()
    const items: number[] = []
    let places = 0
    if (wanted.trim() === '') return { items, places }
    for (const [index, item] of this.view.items.entries()) {
      const found = textsOf(item).reduce((sum, text) => sum + countOf(text.toLowerCase(), wanted), 0)
      if (found > 0) items.push(index)
      places += found
    }
    return { items, places }
  }
}

/** Lines of a change that are sent. */
const DIFF_LINES = 200

/** An agent that no person has prompted is called by what the call says of it. */
function named(card: ChildCard, brief: string): ChildCard {
  return card.title === '' || card.title === card.trace_id ? { ...card, title: brief || card.trace_id } : card
}

const DIFF_LINE: ClipSize = { lines: 1, characters: 2000 }

/** The text that a clip shows, as it is in the log. */
function cut(text: string, { characters }: Clip): string {
  const trimmed = text.replace(/^\n+/, '').trimEnd()
  return trimmed.slice(0, trimmed.length - characters)
}

function argumentsClip(item: Extract<ViewItem, { kind: 'call' }>): Clip | null {
  const text = item.diffs.length > 0 ? null : argumentsText(item, writeJson)
  return text === null ? null : clip(text, SHORT)
}

function resultOf({ message, at, failed, place, text, images }: ViewResult): ResultCard {
  return { message, at, failed, place: place === null ? null : visible(place), text: clip(text), pictures: picturesOf(images) }
}

/** Where pictures are is for the page to say: their bytes are asked for by the number of their item. */
function picturesOf(images: readonly string[]): Picture[] {
  return images.map(image => ({ url: pictureKind(image) === null ? null : '', characters: image.length }))
}

function textsOf(item: ViewItem): string[] {
  switch (item.kind) {
    case 'call':
      return [item.name, typeof item.arguments === 'string' ? item.arguments : writeJson(item.arguments), item.result?.text ?? '']
    case 'result':
      return [item.result.text]
    case 'boundary':
      return [item.boundary]
    case 'child':
      return []
    default:
      return [item.text]
  }
}

function countOf(text: string, words: string): number {
  let count = 0
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) count++
  return count
}
