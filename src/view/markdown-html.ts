import MarkdownIt from 'markdown-it'
import { visible } from '../visible.ts'
import { escapeHTML } from './escape-html.ts'

/** Longer texts are shown as they are. */
const MAX_CHARACTERS = 100_000

/**
 * Markdown of a log as HTML that does nothing: HTML in it is text, pictures are their words, and links lead to the web alone and say
 * where.
 */
export function markdownHTML(text: string): string {
  if (text.length > MAX_CHARACTERS) return `<pre>${escapeHTML(text)}</pre>`
  return markdown.render(visible(text))
}

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })
markdown.validateLink = url => /^(?:https?:\/\/|mailto:)/i.test(url.trim())
markdown.renderer.rules['image'] = (tokens, i) =>
  `<span class="omitted">[picture: ${escapeHTML(tokens[i]!.content)} ${escapeHTML(String(tokens[i]!.attrGet('src')))}]</span>`
markdown.renderer.rules['link_open'] = (tokens, i) => {
  const url = escapeHTML(String(tokens[i]!.attrGet('href')))
  return `<a href="${url}" title="${url}" rel="noreferrer noopener nofollow">`
}
