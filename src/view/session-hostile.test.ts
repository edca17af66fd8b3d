import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { pictureURL } from './picture-url.ts'
import { sessionHTML } from './session-html.ts'
import type { SessionView } from './session-items.ts'
import { sessionMarkdown } from './session-markdown.ts'
import { sessionText } from './session-text.ts'
import { sessionView } from './session-view.ts'

/** What a log may hold to act on whoever reads it. */
const PAYLOADS: { readonly [name: string]: string } = {
  script: '<script>document.title="owned"</script>',
  handler: '<img src=x onerror="document.title=\'owned\'">',
  svg: '<svg onload=alert(1)><use href="data:image/svg+xml,x"></svg>',
  close: '</pre></details></main></style></title><script>alert(1)</script>',
  attribute: '"><a href="javascript:alert(1)" onclick=\'x\' `style=`>',
  comment: '<!--><script>alert(1)</script>-->',
  entity: '&lt;script&gt; &#60;script&#62; &amp;',
  markdownLink: '[click](javascript:alert(1)) [x](data:text/html,<script>1</script>) ![p](http://evil.example/p.png) <http://evil.example>',
  reference: '[a][b]\n\n[b]: javascript:alert(1)\n\n![c][d]\n\n[d]: http://evil.example/p.png',
  fence: '```\n````\n~~~\n```js\n<script>alert(1)</script>',
  nestedFence: '- item\n\n      ```\n<img src=x onerror=alert(1)>\n\n> ```\n<b>x</b>',
  escapes: '\u001b[2J\u001b]0;owned\u0007\u001b]52;c;eA==\u0007\r\u009b31m',
  direction: 'safe \u202e gnp.exe \u2066 \u200b\u{e0041}',
  format: '%s %d {{ x }} #{x}',
  style: '<style>*{display:none}</style><link rel=stylesheet href=//evil.example>',
  frame:
    '<iframe src="//evil.example"></iframe><object data=x><form action=//evil.example><base href=//evil.example><meta http-equiv=refresh content=0>',
}

/** A session in which one text is in every place that a log can fill. */
function everywhere(text: string): SessionView {
  const block = [{ type: 'text', text }, { type: text }, { type: 'image_url', image_url: { url: text } }]
  const meta = {
    origin: text,
    timestamp: text,
    model: text,
    record: text,
    file: text,
    boundary: text,
    stop_reason: text,
    extra: { harness: text },
  }
  const calls = [
    { id: 'c1', type: 'function', function: { name: text, arguments: JSON.stringify({ [text]: text, command: text }) } },
    {
      id: 'c2',
      type: 'function',
      function: { name: 'Edit', arguments: JSON.stringify({ file_path: text, old_string: text, new_string: `${text}\nmore` }) },
    },
    { id: 'c3', type: 'function', function: { name: 'Raw', arguments: text } },
  ]
  const messages = [
    { role: 'system', content: block },
    { role: 'user', content: block },
    { role: 'assistant', content: block, reasoning_content: text, tool_calls: calls },
    { role: 'tool', content: block, tool_call_id: 'c1' },
    { role: 'tool', content: block, tool_call_id: 'nobody' },
    { role: text, content: block },
  ]
  const metas = [
    meta,
    { ...meta, origin: 'human' },
    { ...meta, origin: 'model' },
    { ...meta, origin: 'tool', is_error: true },
    { origin: 'tool' },
    meta,
  ]
  const facts = {
    source_kind: text,
    project_path: text,
    git_branch: text,
    models: [text],
    started_at: text,
    ended_at: text,
    outcome: { status: text },
    usage: { input_tokens: text },
    source_path: text,
  }
  const row = { trace_id: `${text}1`, messages, message_meta: metas, relation: text, ...facts }
  const children = ['c1', 'other'].map((spawn, i) => ({
    ...row,
    trace_id: `${text}${i + 2}`,
    parent_trace_id: `${text}1`,
    relation: i === 0 ? 'subagent' : text,
    spawn_tool_call_id: spawn,
  }))
  return sessionView(row as unknown as Row, children as unknown as Row[])
}

const OURS = new Set(
  '!doctype html head meta title style body div nav ol ul li a main header h1 h2 h3 h4 h5 h6 p dl dt dd section details summary pre code span b em strong s blockquote hr br table thead tbody tr th td time img'.split(
    ' ',
  ),
)
const ATTRIBUTES = new Set(
  'lang charset http-equiv content name class id href title rel role aria-label datetime open src alt loading start'.split(' '),
)

/** Tags of a page with their attributes, as a browser reads them. */
function tagsOf(html: string): { name: string; attributes: [string, string][] }[] {
  return [...html.matchAll(/<(\/?)([^\s>/]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)].map(([, , name, rest]) => ({
    name: name!.toLowerCase(),
    attributes: [...rest!.matchAll(/([^\s=/]+)(?:="([^"]*)")?/g)].map(([, key, value]): [string, string] => [
      key!.toLowerCase(),
      value ?? '',
    ]),
  }))
}

describe('nothing of a log acts', () => {
  it.each(Object.keys(PAYLOADS))('in a page: %s', name => {
    const html = sessionHTML(everywhere(PAYLOADS[name]!))
    // The style is ours; what remains of `<` is tags of ours.
    const tags = tagsOf(html.replace(/<style>[\s\S]*?<\/style>/, ''))
    expect(html.match(/<style>/g)).toHaveLength(1)
    expect(new Set(tags.map(tag => tag.name)).difference(OURS)).toEqual(new Set())
    for (const { name, attributes } of tags)
      for (const [key, value] of attributes) {
        if (name === '!doctype') continue
        expect(ATTRIBUTES, key).toContain(key)
        if (key === 'href') expect(value).toMatch(/^(#|https?:\/\/|mailto:)/)
        if (key === 'src') expect(value).toMatch(/^data:image\/(png|jpeg|gif|webp);base64,/)
      }
    expect(tags.filter(tag => tag.name === 'meta')).toHaveLength(4)
    expect(html).toContain(`default-src 'none'`)
    expect(html).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]/)
  })

  it.each(Object.keys(PAYLOADS))('in a terminal: %s', name => {
    for (const show of ['read', 'all', 'talk'] as const) {
      const plain = sessionText(everywhere(PAYLOADS[name]!), { width: 70, color: false, show })
      expect(plain).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]/)
      const painted = sessionText(everywhere(PAYLOADS[name]!), { width: 70, color: true, show })
      expect(painted.replace(/\u001b\[[\d;]*m/g, '')).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
    }
  })

  it.each(Object.keys(PAYLOADS))('in Markdown: %s', name => {
    const markdown = sessionMarkdown(everywhere(PAYLOADS[name]!))
    // Outside of fences, which end with as many ticks as they began with, nothing of it is markup.
    const outside: string[] = []
    let ticks: string | null = null
    for (const line of markdown.split('\n')) {
      const found = /^(`{3,})/.exec(line)?.[1]
      if (ticks === null && found !== undefined) ticks = found
      else if (ticks !== null && found !== undefined && line === found && found.length >= ticks.length) ticks = null
      else if (ticks === null) outside.push(line)
    }
    expect(ticks).toBeNull()
    const bare = outside
      .join('\n')
      .replace(/\\[\\`*_[\]<>&!#|~]/g, '')
      .replace(/`[^`\n]*`/g, '')
    expect(bare).not.toMatch(/<[a-z!/?]|!\[|\]\(|\]:/i)
    // And what makes a page of it finds no markup but that of Markdown.
    const tags = tagsOf(new MarkdownIt({ html: true, linkify: true }).render(markdown))
    expect(new Set(tags.map(tag => tag.name)).difference(OURS)).toEqual(new Set())
    expect(tags.filter(tag => tag.name === 'img')).toEqual([])
    for (const { attributes } of tags) for (const [key, value] of attributes) if (key === 'href') expect(value).toMatch(/^(?:https?:)?\/\//)
  })
})

it('a picture is told by its bytes, whatever its log calls it', () => {
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex').toString('base64')
  expect(pictureURL(`data:image/svg+xml;base64,${png}`)).toBe(`data:image/png;base64,${png}`)
  for (const url of [
    `data:image/png;base64,${Buffer.from('<svg onload=alert(1)>').toString('base64')}`,
    'data:image/svg+xml,<svg/>',
    'https://evil.example/p.png',
    'javascript:alert(1)',
    `data:image/png;base64,${png}" onerror="x`,
    `data:image/png;base64,${png}${'A'.repeat(15 << 20)}`,
  ])
    expect(pictureURL(url), url.slice(0, 60)).toBeNull()
})
