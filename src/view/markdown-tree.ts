import { visible } from '../visible.ts'
import { MAX_MARKDOWN, markdown } from './markdown.ts'

/** A piece of Markdown: text, or an element of a few kinds with what is in it. No text of a log is ever markup in it. */
export type MarkdownNode = string | { tag: MarkdownTag; url?: string; language?: string; children: MarkdownNode[] }

/** Elements that Markdown can make. */
export type MarkdownTag = (typeof TAGS)[number]

const TAGS = [
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'li',
  'blockquote',
  'pre',
  'code',
  'em',
  'strong',
  's',
  'a',
  'hr',
  'br',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'omitted',
] as const

/** Markdown of a log as a tree, for pages that make their elements themselves. */
export function markdownTree(text: string): MarkdownNode[] {
  if (text.length > MAX_MARKDOWN) return [{ tag: 'pre', children: [visible(text)] }]
  return treeOf(markdown.parse(visible(text), {}))
}

function treeOf(tokens: readonly Token[]): MarkdownNode[] {
  const root: MarkdownNode[] = []
  const open: MarkdownNode[][] = [root]
  for (const token of tokens) {
    const here = open.at(-1)!
    if (token.nesting === -1) {
      if (open.length > 1) open.pop()
    } else if (token.nesting === 1) {
      const node = elementOf(token)
      here.push(node)
      open.push(node.children)
    } else if (token.type === 'inline') here.push(...treeOf(token.children ?? []))
    else if (token.type !== 'text' || token.content !== '') here.push(leafOf(token))
  }
  return root
}

type Token = ReturnType<typeof markdown.parse>[number]
type Element = Exclude<MarkdownNode, string>

function elementOf(token: Token): Element {
  const tag = TAGS.find(tag => tag === token.tag) ?? 'p'
  return { tag, ...(tag === 'a' ? { url: String(token.attrGet('href') ?? '') } : {}), children: [] }
}

function leafOf(token: Token): MarkdownNode {
  switch (token.type) {
    case 'fence':
    case 'code_block': {
      const language = /^[\w+#.-]{1,20}/.exec(token.info)?.[0]
      return { tag: 'pre', ...(language === undefined ? {} : { language }), children: [token.content] }
    }
    case 'code_inline':
      return { tag: 'code', children: [token.content] }
    case 'softbreak':
      return '\n'
    case 'hardbreak':
      return { tag: 'br', children: [] }
    case 'hr':
      return { tag: 'hr', children: [] }
    case 'image':
      return { tag: 'omitted', children: [`[picture: ${token.content} ${String(token.attrGet('src') ?? '')}]`] }
    default:
      return token.content
  }
}
