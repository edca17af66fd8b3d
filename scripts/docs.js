// Writes the generated blocks of the docs from the code they describe. test/docs.test.ts fails where that was forgotten.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../src/cli/main.js'
import * as codecs from '../src/codec/codecs.js'
import * as columns from '../src/column/columns.js'
import * as formats from '../src/rollout/formats.js'
import * as seeds from '../src/seed/seeds.js'
import { memberTable, typeTables } from './type-tables.js'

const root = join(import.meta.dirname, '..')
/** Content of every generated block, by page and name. */
export function generatedBlocks() {
  return [
    { page: 'docs/formats.md', block: 'formats', content: formatTable() },
    { page: 'docs/rows.md', block: 'types', content: typeTables(readFileSync(join(root, 'src/rollout/row.ts'), 'utf8')) },
    {
      page: 'docs/reports.md',
      block: 'ledger',
      content: memberTable(readFileSync(join(root, 'src/rollout/ledger.ts'), 'utf8'), 'LedgerSummary'),
    },
    {
      page: 'docs/columns.md',
      block: 'columns',
      content: table(
        ['`column_type`', 'What it is'],
        Object.values(columns).map(c => [`\`${c.name}\``, c.description]),
      ),
    },
    {
      page: 'docs/seeds.md',
      block: 'seeds',
      content: table(
        ['`seed_type`', 'Where rows come from'],
        Object.values(seeds).map(s => [`\`${s.name}\``, s.description]),
      ),
    },
    {
      page: 'docs/codecs.md',
      block: 'codecs',
      content: table(
        ['Codec', 'Files', 'What it is'],
        Object.values(codecs).map(c => [`\`${c.name}\``, c.extensions.map(e => `\`${e}\``).join(', '), c.description]),
      ),
    },
    { page: 'docs/cli.md', block: 'cli', content: helpTexts() },
  ]
}
/** A page with a block replaced. Throws where the page lacks it. */
export function withBlock(page, name, content) {
  const block = new RegExp(`(<!-- begin ${name} -->\\n)[^]*?(\\n<!-- end ${name} -->)`)
  if (!block.test(page)) throw new Error(`The page has no block '${name}'`)
  return page.replace(block, (_, begin, end) => begin + content + end)
}
function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
function formatTable() {
  const rows = Object.values(formats).map(format => {
    const roots = format.roots.flatMap(({ path, folders }) =>
      (folders ?? ['']).map(folder => `\`~/${path}${folder === '' ? '' : `/${folder}`}\``),
    )
    const variables = [...new Set(format.roots.flatMap(root => root.env ?? []))].map(name => `\`${name}\``)
    return [
      `[${format.title}](formats/${format.name.replaceAll('_', '-')}.md)`,
      `\`${format.name}\``,
      roots.join(', ') || 'a path is required',
      variables.join(', ') || '–',
      format.patterns.map(pattern => `\`${pattern}\``).join(', '),
    ]
  })
  return table(['Agent', 'Format', 'Read from', 'Variable', 'Files'], rows)
}
function helpTexts() {
  const everything = program()
  const commands = [everything, ...everything.commands]
  return commands
    .map(command => {
      const name = command === everything ? 'tracewright' : `tracewright ${command.name()}`
      command.configureHelp({ helpWidth: 120 })
      return `## ${name}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\``
    })
    .join('\n\n')
}
if (process.argv[1] === import.meta.filename) {
  const pages = Map.groupBy(generatedBlocks(), ({ page }) => page)
  for (const [page, blocks] of pages) {
    const path = join(root, page)
    writeFileSync(
      path,
      blocks.reduce((text, { block, content }) => withBlock(text, block, content), readFileSync(path, 'utf8')),
    )
  }
  for (const format of Object.values(formats)) {
    const folder = format.name.replaceAll('_', '-')
    writeFileSync(join(root, 'docs', 'formats', `${folder}.md`), readFileSync(join(root, 'src', 'rollout', folder, 'README.md'), 'utf8'))
  }
}
