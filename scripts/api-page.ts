import { type Declaration, type Member, publicDeclarations } from './declarations.ts'

/** The page of all that the package exports, by what it is for, with every member and what it means. */
export function apiPage(dist: string): string {
  const declarations = publicDeclarations(dist)
  const places = Map.groupBy(declarations, ({ file }) => placeOf(file))
  const sections = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, members]) => `## ${place}\n\n${members.sort(byName).map(entryOf).join('\n\n')}`)
  return `# API

All that \`import … from 'tracewright'\` gives, and the types these name; written by \`npm run docs\` from the types that are shipped.
Data (columns, keys of configs and reports) is in snake case, options are in camel case. What goes wrong is a \`TracewrightError\` unless it is
said otherwise.

${sections.join('\n\n')}
`
}

const PLACES: { readonly [folder: string]: string } = {
  codec: 'Files of rows',
  column: 'Columns',
  dataset: 'Datasets',
  model: 'Models',
  pipeline: 'Pipelines',
  rollout: 'Agent logs',
  seed: 'Seeds',
  template: 'Templates',
  training: 'Training data',
}

function placeOf(file: string): string {
  return PLACES[file.split('/')[0]!] ?? 'Rows, values and errors'
}

function entryOf({ name, kind, doc, text, members, isExported }: Declaration): string {
  const head = `### ${name}\n\n${doc ?? ''}${isExported ? '' : ' (Not exported by name.)'}`
  const told = members.filter(({ name }) => !/^constructor\b/.test(name) || name.includes('.'))
  if (kind === 'function' || kind === 'const' || told.length === 0) return `${head}\n\n\`\`\`ts\n${bare(text)}\n\`\`\``
  const rows = told.map(member => `| \`${cell(signatureOf(member))}\` | ${cell(member.doc ?? '')} |`)
  return `${head}\n\n| Member | Meaning |\n| --- | --- |\n${rows.join('\n')}`
}

/** A member as it is declared; of one inside of others, the way to it in front. */
function signatureOf({ name, signature, depth }: Member): string {
  const way = depth === 0 ? '' : name.slice(0, name.lastIndexOf('.') + 1)
  return `${way}${signature}`
}

function byName(a: Declaration, b: Declaration): number {
  return a.name < b.name ? -1 : 1
}

/** A declaration without its comments. */
function bare(text: string): string {
  return text.replace(/\s*\/\*\*[\s\S]*?\*\//g, '').replace(/^export (declare )?/, '')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
