// Writes the generated blocks of the docs from the code they describe. test/docs.test.ts fails where that was forgotten.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../src/cli/main.ts'
import { EXIT_CODES } from '../src/cli/terminal/exit.ts'
import * as codecs from '../src/codec/codecs.ts'
import * as columns from '../src/column/columns.ts'
import * as homes from '../src/dataset/run/homes.ts'
import type { JsonObject } from '../src/json/json.ts'
import { PREDEFINED_PROVIDERS } from '../src/model/predefined-providers.ts'
import * as providers from '../src/model/providers.ts'
import { yamlText } from '../src/pipeline/config/yaml/yaml-text.ts'
import * as processors from '../src/pipeline/processors/processors.ts'
import * as detectors from '../src/redact/detectors.ts'
import * as formats from '../src/rollout/formats.ts'
import * as samplers from '../src/sampler/samplers.ts'
import * as seeds from '../src/seed/seeds.ts'
import { filters } from '../src/template/filters/filters.ts'
import { tests } from '../src/template/jinja-tests.ts'
import * as rowFilters from '../src/training/curate/filters.ts'
import * as dialects from '../src/training/dialects.ts'
import * as knownTools from '../src/training/known-tools/known-tools.ts'
import { toolsOf } from '../src/training/known-tools/table.ts'
import * as masks from '../src/training/masks.ts'
import { OUTCOME_COLUMNS } from '../src/training/outcome/outcome-columns.ts'
import * as stages from '../src/training/stages.ts'
import * as views from '../src/training/views.ts'
import * as validators from '../src/validator/validators.ts'
import { apiPage } from './api-page.ts'
import { configPage } from './config-page.ts'
import { DIGEST_FILE, digestFile } from './rules-digest.ts'
import { memberTable, typeTables } from './type-tables.ts'

const root = join(import.meta.dirname, '..')

/** The types of a row, and those its file gives on. */
function rowTypes(): string {
  const files = ['src/rollout/conversation/row.ts', 'src/rollout/log/diagnostic.ts']
  return typeTables(files.map(file => readFileSync(join(root, file), 'utf8')).join('\n'))
}

/** Content of every generated block, by page and name. */
export function generatedBlocks(): { page: string; block: string; content: string }[] {
  return [
    { page: 'docs/formats.md', block: 'gives', content: givesTable() },
    { page: 'docs/formats.md', block: 'formats', content: formatTable() },
    { page: 'docs/rows.md', block: 'types', content: rowTypes() },
    {
      page: 'docs/reports.md',
      block: 'ledger',
      content: memberTable(readFileSync(join(root, 'src/rollout/log/ledger.ts'), 'utf8'), 'LedgerSummary'),
    },
    {
      page: 'docs/columns.md',
      block: 'columns',
      content: table(
        ['`column_type`', 'What it is'],
        byName(columns).map(c => [`\`${c.name}\``, c.description]),
      ),
    },
    {
      page: 'docs/columns.md',
      block: 'processors',
      content: table(
        ['Processor', 'What it does'],
        byName(processors).map(p => [`\`${p.name}\``, p.description]),
      ),
    },
    { page: 'docs/columns.md', block: 'column-examples', content: columnExamples() },
    { page: 'docs/seeds.md', block: 'seed-examples', content: seedExamples() },
    {
      page: 'docs/columns.md',
      block: 'samplers',
      content: table(
        ['`sampler_type`', 'Parameters', 'What it draws'],
        byName(samplers).map(s => [
          `\`${s.name}\``,
          Object.keys(s.fields)
            .map(key => `\`${key}\``)
            .join(', '),
          s.description,
        ]),
      ),
    },
    {
      page: 'docs/columns.md',
      block: 'validators',
      content: table(
        ['`validator_type`', 'Parameters', 'What it judges by'],
        byName(validators).map(v => [
          `\`${v.name}\``,
          Object.keys(v.fields)
            .map(key => `\`${key}\``)
            .join(', '),
          v.description,
        ]),
      ),
    },
    {
      page: 'docs/data-designer.md',
      block: 'parity',
      content: table(
        ['In configs', 'Known here'],
        [
          ['`column_type`', columns],
          ['`sampler_type`', samplers],
          ['`validator_type`', validators],
          ['`seed_type`', seeds],
          ['`processor_type`', processors],
          ['`provider_type` of models', providers],
        ].map(([key, members]) => [
          String(key),
          byName(members as typeof columns)
            .map(({ name }) => `\`${name}\``)
            .join(', '),
        ]),
      ),
    },
    {
      page: 'docs/seeds.md',
      block: 'seeds',
      content: table(
        ['`seed_type`', 'Where rows come from'],
        byName(seeds).map(s => [`\`${s.name}\``, s.description]),
      ),
    },
    {
      page: 'docs/beyond-one-machine.md',
      block: 'homes',
      content: table(
        ['Home', 'As in', 'What it is'],
        byName(homes).map(h => [`\`${h.name}\``, `\`${h.example}\``, h.description]),
      ),
    },
    {
      page: 'docs/codecs.md',
      block: 'codecs',
      content: table(
        ['Codec', 'Files', 'What it is'],
        byName(codecs).map(c => [`\`${c.name}\``, c.extensions.map(e => `\`${e}\``).join(', '), c.description]),
      ),
    },
    {
      page: 'docs/models.md',
      block: 'providers',
      content: table(
        ['`providerType`', 'What it speaks'],
        byName(providers).map(p => [`\`${p.name}\``, p.title]),
      ),
    },
    {
      page: 'docs/models.md',
      block: 'predefined',
      content: table(
        ['Name', 'Endpoint', 'Key'],
        PREDEFINED_PROVIDERS.map(({ name, endpoint, apiKey }) => [
          `\`${name}\``,
          `\`${endpoint}\``,
          apiKey === null ? 'none' : `\`${apiKey}\``,
        ]),
      ),
    },
    ...(
      [
        ['docs/training-data.md', 'stages', stages],
        ['docs/training-data.md', 'views', views],
        ['docs/training-data.md', 'masks', masks],
        ['docs/training-data.md', 'dialects', dialects],
        ['docs/training-data.md', 'row-filters', rowFilters],
        ['docs/training-data.md', 'outcomes', OUTCOME_COLUMNS],
        ['docs/redaction.md', 'detectors', detectors],
      ] as const
    ).map(([page, block, members]) => ({
      page,
      block,
      content: table(
        ['Name', 'What it is'],
        Object.values(members).map(({ name, description }: { name: string; description: string }) => [`\`${name}\``, description]),
      ),
    })),
    {
      page: 'docs/training-data.md',
      block: 'known-tools',
      content: table(
        ['Agent', 'Tools', 'Known from'],
        Object.values(knownTools).map(known => [
          `\`${known.agent}\``,
          [...new Set(toolsOf(known).map(({ name }) => name))].join(', '),
          known.evidence,
        ]),
      ),
    },
    { page: 'docs/templates.md', block: 'filters', content: described('Filter', filters) },
    { page: 'docs/templates.md', block: 'tests', content: described('Test', tests) },
    { page: 'docs/cli.md', block: 'cli', content: helpTexts() },
  ]
}

/** A page with a block replaced. Throws where the page lacks it. */
export function withBlock(page: string, name: string, content: string): string {
  const block = new RegExp(`(<!-- begin ${name} -->\\n)[^]*?(<!-- end ${name} -->)`)
  if (!block.test(page)) throw new Error(`The page has no block '${name}'`)
  return page.replace(block, (_, begin: string, end: string) => `${begin}${content}\n${end}`)
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** Members of a registry by name: the order of a module's exports differs between runtimes. */
function byName<T extends { name: string }>(members: { [key: string]: T }): T[] {
  return Object.values(members).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function described(what: string, members: { readonly [name: string]: { description: string } | undefined }): string {
  const rows = Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1))
  return table(
    [what, 'What it does'],
    rows.map(([name, member]) => [`\`${name}\``, member?.description ?? '']),
  )
}

const SYSTEMS = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

/** What the rows of each format hold, for comparing them. */
function givesTable(): string {
  const rows = byName(formats).map(({ name, title, evidence, gives }) => {
    const { lineage, usage, tools, reasoning, images, outcome } = gives
    const list = (words: readonly string[]) => words.join(', ') || '–'
    return [
      `[${title}](formats/${name.replaceAll('_', '-')}.md)`,
      list(lineage),
      usage === 'none' ? '–' : `per ${usage}`,
      tools ? 'schemas' : '–',
      list(reasoning),
      images ? 'yes' : '–',
      list(outcome),
      evidence === 'files' ? 'real logs' : 'source only',
    ]
  })
  return table(['Agent', 'Lineage', 'Usage', 'Tools', 'Reasoning', 'Images', 'Outcome', 'Read by'], rows)
}

/** Every column and processor with all it can say, as a config has it. */
function columnExamples(): string {
  const columnConfigs = byName(columns).map(({ name, example }) => ({
    name: example.name,
    column_type: name,
    ...example.needs,
    ...example.more,
  }))
  const processorConfigs = byName(processors).map(({ name, example }) => ({
    name,
    processor_type: name,
    ...example.needs,
    ...example.more,
  }))
  return yamlBlock({ columns: columnConfigs, processors: processorConfigs })
}

/** Every source with all it can say, as the `source` of a config's seed. */
function seedExamples(): string {
  return byName(seeds)
    .flatMap(({ name, example }) => (example === null ? [] : [yamlBlock({ seed_type: name, ...example.needs, ...example.more })]))
    .join('\n\n')
}

function yamlBlock(value: JsonObject): string {
  return `\`\`\`yaml\n${yamlText(value).trimEnd()}\n\`\`\``
}

function formatTable(): string {
  const rows = byName(formats).map(format => {
    const roots = format.roots.flatMap(({ path, folders, on }) =>
      (folders ?? ['']).map(folder => `\`~/${path}${folder === '' ? '' : `/${folder}`}\`${on === undefined ? '' : ` (${SYSTEMS[on]})`}`),
    )
    const variables = [...new Set(format.roots.flatMap(root => root.env ?? []))].map(name => `\`${name}\``)
    return [
      `[${format.title}](formats/${format.name.replaceAll('_', '-')}.md)`,
      `\`${format.name}\``,
      [...new Set(roots)].join(', ') || 'a path is required',
      variables.join(', ') || '–',
      format.patterns.map(pattern => `\`${pattern}\``).join(', '),
    ]
  })
  return table(['Agent', 'Format', 'Read from', 'Variable', 'Files'], rows)
}

function helpTexts(): string {
  const everything = program()
  const commands = [everything, ...everything.commands]
  const texts = commands.map(command => {
    const name = command === everything ? 'tracewright' : `tracewright ${command.name()}`
    command.configureHelp({ helpWidth: 120 })
    return `## ${name}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\``
  })
  return [...texts, `## Exit codes\n\n\`\`\`text\n${EXIT_CODES}\n\`\`\``].join('\n\n')
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
  writeFileSync(join(root, 'docs', 'config.md'), configPage())
  writeFileSync(join(root, DIGEST_FILE), digestFile())
  // It is made of the types that are shipped.
  const dist = join(root, 'dist')
  if (existsSync(dist)) writeFileSync(join(root, 'docs', 'api.md'), apiPage(dist))
  for (const format of Object.values(formats)) {
    const folder = format.name.replaceAll('_', '-')
    writeFileSync(
      join(root, 'docs', 'formats', `${folder}.md`),
      readFileSync(join(root, 'src', 'rollout', 'formats', folder, 'README.md'), 'utf8'),
    )
  }
}
