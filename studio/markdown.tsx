import type { MarkdownNode } from '../src/studio/api.ts'
import { Marked } from './marked.tsx'

/** Markdown of a log as elements: each is made here, none by the log. */
export function Markdown({ tree }: { tree: readonly MarkdownNode[] }) {
  return (
    <>
      {tree.map((node, i) => (
        <Node key={i} node={node} />
      ))}
    </>
  )
}

function Node({ node }: { node: MarkdownNode }) {
  if (typeof node === 'string') return <Marked text={node} />
  const { tag, url, language, children } = node
  const inner = <Markdown tree={children} />
  if (tag === 'a') {
    if (url === undefined || !/^(?:https?:\/\/|mailto:)/i.test(url)) return inner
    return (
      <a href={url} title={url} target="_blank" rel="noreferrer noopener nofollow">
        {inner}
      </a>
    )
  }
  if (tag === 'omitted') return <span class="dim">{inner}</span>
  if (tag === 'pre')
    return (
      <pre data-language={language}>
        <code>{inner}</code>
      </pre>
    )
  if (tag === 'table')
    return (
      <div class="wide-table" tabIndex={0} role="region" aria-label="Table">
        <table>{inner}</table>
      </div>
    )
  if (tag === 'hr' || tag === 'br') return tag === 'hr' ? <hr /> : <br />
  // Headings of a log are no headings of the page.
  if (/^h[1-6]$/.test(tag)) return <p class={`said-heading ${tag}`}>{inner}</p>
  const Tag = tag
  return <Tag>{inner}</Tag>
}
