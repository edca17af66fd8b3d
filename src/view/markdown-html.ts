import { visible } from '../visible.ts'
import { escapeHTML } from './escape-html.ts'
import { MAX_MARKDOWN, markdown } from './markdown.ts'

/**
 * Markdown of a log as HTML that does nothing: HTML in it is text, pictures are their words, and links lead to the web alone and say
 * where.
 */
export function markdownHTML(text: string): string {
  if (text.length > MAX_MARKDOWN) return `<pre>${escapeHTML(text)}</pre>`
  return markdown.render(visible(text))
}

markdown.renderer.rules['image'] = (tokens, i) =>
  `<span class="omitted">[picture: ${escapeHTML(tokens[i]!.content)} ${escapeHTML(String(tokens[i]!.attrGet('src')))}]</span>`
markdown.renderer.rules['link_open'] = (tokens, i) => {
  const url = escapeHTML(String(tokens[i]!.attrGet('href')))
  return `<a href="${url}" title="${url}" rel="noreferrer noopener nofollow">`
}
