import MarkdownIt from 'markdown-it'

/** Longer texts are shown as they are. */
export const MAX_MARKDOWN = 100_000

/** Reads Markdown of a log: HTML in it is text, and links lead to the web alone. */
export const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })
markdown.validateLink = url => /^(?:https?:\/\/|mailto:)/i.test(url.trim())
