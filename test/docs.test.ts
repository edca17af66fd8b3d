import { expect, it } from 'vitest'
import { generatedBlocks, withBlock } from '../scripts/docs.ts'
import * as formats from '../src/rollout/formats.ts'
import { filesBelow, textOf } from './sources.ts'

for (const { page, block, content } of generatedBlocks()) {
  it(`${page}: block '${block}' is what \`npm run docs\` writes`, () => {
    const text = textOf(page)
    expect(withBlock(text, block, content)).toBe(text)
  })
}

for (const format of Object.values(formats)) {
  const folder = format.name.replaceAll('_', '-')
  it(`docs/formats/${folder}.md is the README of the format`, () => {
    expect(textOf(`docs/formats/${folder}.md`)).toBe(textOf(`src/rollout/formats/${folder}/README.md`))
  })
}

it('links between pages lead somewhere', () => {
  const files = new Set([
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'AGENTS.md',
    'LICENSE',
    ...['docs', 'src', 'examples', 'bench', 'test'].flatMap(filesBelow),
  ])
  const pages = ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', ...filesBelow('docs').filter(path => path.endsWith('.md'))]
  const broken = pages.flatMap(page =>
    [...textOf(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(match => match[1]!)
      .filter(link => !/^[a-z]+:/.test(link))
      .filter(link => {
        const target = new URL(link, `file:///${page}`).pathname.slice(1)
        return !files.has(target) && ![...files].some(file => file.startsWith(target.endsWith('/') ? target : `${target}/`))
      })
      .map(link => `${page} → ${link}`),
  )
  expect(broken).toEqual([])
})

it('the tour names files that are there', () => {
  const files = filesBelow('src').concat(filesBelow('test'))
  const named = [...textOf('docs/tour.md').matchAll(/`([\w/-]+\.ts)`/g)].map(match => match[1]!)
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter(name => !files.some(file => file === name || file.endsWith(`/${name}`)))).toEqual([])
})

it('docs/beyond-one-machine.md names tests that there are', () => {
  const [, table] = textOf('docs/beyond-one-machine.md').split('<!-- held by tests -->')
  const named = [...table!.matchAll(/^\| [^|]+ \| `([^`]+)`: (.+) \|$/gm)]
  expect(named.length).toBeGreaterThan(15)
  for (const [, path, title] of named) expect(textOf(path!), title!).toContain(title!)
})

it('docs/new-format.md names parts that there are, where it says', () => {
  const text = textOf('docs/new-format.md')
  const [, table] = text.split('<!-- parts -->')
  const rows = [...table!.matchAll(/^\| [^|]+ \| (`[^|]+`) \| (`[^|]+`) \|$/gm)]
  expect(rows.length).toBeGreaterThan(10)
  const wordsOf = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!)
  for (const [, parts, paths] of rows) {
    const exported = wordsOf(paths!).map(textOf).join('\n')
    for (const part of wordsOf(parts!))
      expect(exported, part).toMatch(new RegExp(`^export (?:async )?(?:function\\*?|class|const) ${part}\\b`, 'm'))
  }
  const files = filesBelow('src').concat(filesBelow('test'))
  expect([...text.matchAll(/`((?:src|test)\/[\w./-]+\.ts)`/g)].map(([, path]) => path!).filter(path => !files.includes(path))).toEqual([])
})
