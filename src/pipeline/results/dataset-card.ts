import type { RunManifest } from '../../dataset/run/manifest.ts'
import { writeJson } from '../../json/exact.ts'
import { visibleLine } from '../../visible.ts'
import type { DatasetAnalysis } from '../analysis/dataset-analysis.ts'

/** What a card tells of a dataset. */
export type CardFacts = {
  /** USER/NAME. */
  repo: string
  /** What stands below the title, as Markdown. */
  description: string
  /** Words it is found by. */
  tags: readonly string[]
  /** How the run stands. */
  manifest: RunManifest
  /** What its columns hold. */
  analysis: DatasetAnalysis
  /** Names of the models that were asked. */
  models: readonly string[]
}

/** The card of a dataset on the hub: what is shown of it, how it is loaded, what its columns hold, and how it was made. */
export function datasetCard({ repo, description, tags, manifest, analysis, models }: CardFacts): string {
  const { rows, rejects, artifacts, tracewright } = manifest
  const subsets = Object.keys(artifacts)
  const load = (subset: string) => `load_dataset(${writeJson(repo)}${subset === '' ? '' : `, ${writeJson(subset)}`}, split="train")`
  return `${frontMatter({ tags, rows, subsets })}
# ${visibleLine(repo.split('/').at(-1)!)}

${description.trim()}

## Load it

\`\`\`python
from datasets import load_dataset

dataset = ${load('')}
${subsets.map(name => `${load(name)}  # what a processor made beside the rows\n`).join('')}\`\`\`

## What is in it

${rows.toLocaleString('en')} rows${rejects === 0 ? '' : `; ${rejects.toLocaleString('en')} could not be made (\`rejects.jsonl\`)`}.

| Column | Made by | Distinct | Missing |
| --- | --- | --- | --- |
${analysis.column_statistics.map(column => `| ${cell(column.column_name)} | ${cell(column.column_type)} | ${column.num_unique} | ${column.num_null} |`).join('\n')}

## How it was made

With [Tracewright](https://www.npmjs.com/package/tracewright) ${tracewright}, by \`config.json\`${models.length === 0 ? '' : `; models: ${models.map(cell).join(', ')}`}. \`usage.json\` is
the bill, \`manifest.json\` how the run stands; random choices hang on the seed ${manifest.seed}.
`
}

function frontMatter({ tags, rows, subsets }: { tags: readonly string[]; rows: number; subsets: readonly string[] }): string {
  const all = [...new Set(['synthetic', 'tracewright', ...tags])]
  const configs = [
    { name: 'default', files: 'parts/*.parquet', isDefault: true },
    ...subsets.map(name => ({ name, files: `artifacts/${encodeURIComponent(name)}/*.parquet`, isDefault: false })),
  ]
  return [
    '---',
    `tags: [${all.map(tag => writeJson(tag)).join(', ')}]`,
    `size_categories: [${writeJson(sizeOf(rows))}]`,
    'configs:',
    ...configs.flatMap(({ name, files, isDefault }) => [
      `- config_name: ${writeJson(name)}`,
      `  data_files: ${writeJson(files)}`,
      ...(isDefault ? ['  default: true'] : []),
    ]),
    '---',
    '',
  ].join('\n')
}

/** As the hub sorts datasets by size. */
function sizeOf(rows: number): string {
  const steps: [below: number, name: string][] = [
    [1e3, 'n<1K'],
    [1e4, '1K<n<10K'],
    [1e5, '10K<n<100K'],
    [1e6, '100K<n<1M'],
    [1e7, '1M<n<10M'],
  ]
  return steps.find(([below]) => rows < below)?.[1] ?? 'n>10M'
}

/** Names are text in a table: nothing of them is Markdown. */
function cell(text: string): string {
  return visibleLine(text).replace(/[\\|`*_<>[\]]/g, '\\$&')
}
