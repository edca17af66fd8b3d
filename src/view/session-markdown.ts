import { refuseMore } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { visible, visibleLine } from '../visible.ts'
import type { SessionView, ViewItem } from './session-items.ts'
import { argumentsText, clockOf, groupReplays, headingOf, outcomeOf, relationOf, speakerOf, titleOf } from './session-labels.ts'

/** A session as Markdown. Words of the log that would act in a page, as HTML, pictures or links do, stand in a fence. */
export function sessionMarkdown(view: SessionView, ...more: never[]): string {
  refuseMore(more, 'sessionMarkdown', 'a view')
  return `${sectionOf(view, 1).join('\n\n')}\n`
}

function sectionOf(view: SessionView, level: number): string[] {
  const model = view.models.length === 1 ? view.models[0]! : null
  const marks = '#'.repeat(Math.min(6, level))
  const facts = headingOf(view).map(([name, value]) => `- **${name}**: ${inline(value)}`)
  return [
    `${marks} ${inline(titleOf(view))}`,
    ...(titleOf(view) === view.trace_id ? [] : [`\`${visibleLine(view.trace_id).replaceAll('`', "'")}\``]),
    facts.join('\n'),
    ...groupReplays(view.items).flatMap(item =>
      'replayed' in item
        ? [`*${new Set(item.replayed.map(({ message }) => message)).size} messages that another session has said*`]
        : itemOf(item, model, level),
    ),
  ]
}

function itemOf(item: ViewItem, model: string | null, level: number): string[] {
  const marks = '#'.repeat(Math.min(6, level + 1))
  const note = [`#${item.message}`, clockOf(item.at)].filter(part => part !== null).join(' · ')
  switch (item.kind) {
    case 'prompt':
    case 'answer':
      return [
        `${marks} ${inline(speakerOf(item, model))} · ${note}`,
        ...(item.text === '' ? [] : [prose(item.text)]),
        ...images(item.images),
      ]
    case 'reasoning':
      return [`*thinks* · ${note}`, fence(item.text)]
    case 'note':
      return [`*${inline(speakerOf(item, model))}* · ${note}`, fence(item.text), ...images(item.images)]
    case 'call': {
      const args = item.diffs.length > 0 ? null : argumentsText(item, writeJson)
      const diffs = item.diffs.map(({ path, lines }) => {
        const marked = lines.map(({ kind, text }) => `${{ added: '+', removed: '-', same: ' ', cut: ' ' }[kind]}${text}`)
        return fence([...(path === null ? [] : [`--- ${path}`]), ...marked].join('\n'), 'diff')
      })
      const result = item.result === null || item.result.text.trim() === '' ? [] : [fence(item.result.text)]
      return [
        `**→ ${inline(item.name)}** ${inline(item.brief)} — ${item.result?.failed ? '**failed**' : inline(outcomeOf(item))} · ${note}`,
        ...(args === null ? [] : [fence(args)]),
        ...diffs,
        ...result,
        ...images(item.result?.images ?? []),
        ...item.children.flatMap(child => childOf(child, level)),
      ]
    }
    case 'result':
      return [`**→ ${inline(item.name)}** · ${note}`, fence(item.result.text)]
    case 'boundary':
      return ['---', `*${inline(item.boundary)}*`]
    case 'child':
      return childOf(item.child, level)
  }
}

function childOf(child: SessionView, level: number): string[] {
  return [`*${inline(relationOf(child))} begins*`, ...sectionOf(child, level + 2), `*${inline(relationOf(child))} ends*`]
}

function images(images: readonly string[]): string[] {
  return images.map(() => '*[image]*')
}

/** Text as it is where it is harmless Markdown that ends as it began, else in a fence. */
function prose(text: string): string {
  const shown = visible(text.trim())
  return ACTS.test(shown) || hasOpenFence(shown) ? fence(text) : shown
}

const ACTS = /<|!\[|\]\s*[([:]\s*(?!https?:\/\/)|(?:javascript|data|vbscript|file):/i

function hasOpenFence(text: string): boolean {
  return text.split('\n').some(line => /^\s*(?:[>*+-]\s*|\d+[.)]\s*)*(?:```|~~~)/.test(line)) && !isBalanced(text)
}

/** Whether fences are plain pairs at the start of their lines: any others are left to no guess. */
function isBalanced(text: string): boolean {
  const fences = text.split('\n').filter(line => /```|~~~/.test(line))
  return fences.length % 2 === 0 && fences.every((line, i) => (i % 2 === 0 ? /^```[\w+.-]*\s*$/.test(line) : /^```\s*$/.test(line)))
}

/** A fence longer than any in the text. */
function fence(text: string, language = ''): string {
  const shown = visible(text.replace(/\n+$/, ''))
  const longest = Math.max(2, ...[...shown.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length))
  const ticks = '`'.repeat(longest + 1)
  return `${ticks}${language}\n${shown}\n${ticks}`
}

/** Words on a line of ours: what Markdown or HTML would take for its own is escaped. */
function inline(text: string): string {
  return visibleLine(text).replace(/[\\`*_[\]<>&!#|~]/g, c => `\\${c}`)
}
