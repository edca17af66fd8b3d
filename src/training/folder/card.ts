import type { StoreTypes } from '../../store-type.ts'
import type { ExportReport } from './export-report.ts'
import { featuresYaml } from './features.ts'

/** What a card tells besides the report. `hasFilePerRow`: each file is one session, which no table is made of. */
export type CardFacts = { report: ExportReport; columns: StoreTypes; license: string | null; hasFilePerRow?: boolean }

/** Stands in the loading snippet of a card until it is known where the dataset is. */
const NAMELESS = 'PATH_OR_NAME_OF_THIS_DATASET'

/** A data set's card: the head by which `datasets` finds its files, what is in it, what was left out, how it is loaded. */
export function cardOf({ report, columns, license, hasFilePerRow = false }: CardFacts): string {
  const { splits, dialect, view, funnel, fidelity, redaction } = report
  const filled = splits.filter(({ files }) => files.length > 0)
  const head = [
    '---',
    ...(license === null ? [] : [`license: ${JSON.stringify(license)}`]),
    'task_categories:',
    '- text-generation',
    'tags:',
    '- agent-traces',
    '- tracewright',
    ...(hasFilePerRow ? ['- format:agent-traces'] : []),
    'size_categories:',
    `- ${sizeOf(funnel.examples)}`,
    ...(Object.keys(columns).length === 0 ? [] : ['dataset_info:', '  features:', ...featuresYaml(columns, '  ')]),
    'configs:',
    '- config_name: default',
    '  data_files:',
    ...filled.flatMap(({ name, files }) => [
      `  - split: ${name}`,
      `    path: data/${name}-*${files[0]!.slice(files[0]!.lastIndexOf('.'))}`,
    ]),
    '---',
  ]
  const counts = (table: { [reason: string]: number }) =>
    Object.entries(table)
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => [name, String(n)])
  const funnelRows = [
    ['all', '', String(funnel.all)],
    ['trained', '', String(funnel.trained)],
    ...counts(funnel.masked).map(([reason, n]) => ['masked', reason!, n!]),
    ...counts(funnel.dropped).map(([reason, n]) => ['dropped', reason!, n!]),
  ]
  return [
    ...head,
    '',
    '# Training data',
    '',
    `${told(funnel.examples, 'row')} in the form of ${dialect}, view ${view}, made by tracewright of ${told(funnel.rows, 'session')}. \`export.json\` has the report, \`manifest/\``,
    'says of every row what is trained in it, which messages of which session it holds, and how the session went.',
    '',
    '## Loading',
    '',
    '```python',
    ...(hasFilePerRow ? TRACES : TABLE),
    '```',
    '',
    '## Splits and columns',
    '',
    table(
      ['Split', 'Rows', 'Files'],
      splits.map(({ name, rows, files }) => [name, String(rows), String(files.length)]),
    ),
    ...(Object.keys(columns).length === 0
      ? []
      : [
          '',
          table(
            ['Column', 'Type'],
            Object.entries(columns).map(([name, type]) => [name, typeof type === 'string' ? type : 'list' in type ? 'list' : 'struct']),
          ),
        ]),
    '',
    '## What became of what the models wrote',
    '',
    table(['Fate', 'Reason', report.unit === 'tokens' ? 'Tokens' : 'Characters'], funnelRows),
    '',
    '## Fidelity',
    '',
    table(['What the logs hold', 'Sessions'], counts(fidelity)),
    '',
    '## Redaction',
    '',
    redaction === null
      ? 'Nothing was redacted.'
      : `Policy ${redaction.policy}, rules \`${redaction.hash}\`; in ${told(redaction.rows, 'session')} something was replaced. No rule finds everything.`,
    ...(redaction === null || Object.keys(redaction.rules).length === 0
      ? []
      : [
          '',
          table(
            ['Rule', 'Places', 'Values'],
            Object.entries(redaction.rules).map(([rule, { places, values }]) => [rule, String(places), String(values)]),
          ),
        ]),
    '',
    '## Licence',
    '',
    license === null ? 'None was named: ask who published this.' : license,
    '',
  ].join('\n')
}

/** The card of a dataset that is published under a name: its snippet loads it by that. */
export function namedCard(card: string, repo: string): string {
  return card.replace(/```python\n[\s\S]*?\n```/, code => code.replace(/(load_dataset\(|where = )'[^']*'/, `$1'${repo}'`))
}

const TABLE = ['from datasets import load_dataset', '', `data = load_dataset('${NAMELESS}')`]

/** Traces are lines of several shapes: the hub shows them, and Python reads them as they are. */
const TRACES = [
  'import json, pathlib',
  'from huggingface_hub import snapshot_download',
  '',
  `where = '${NAMELESS}'`,
  "folder = pathlib.Path(where) if pathlib.Path(where).exists() else pathlib.Path(snapshot_download(where, repo_type='dataset'))",
  "traces = [[json.loads(line) for line in path.open(encoding='utf8')] for path in sorted((folder / 'data').glob('*.jsonl'))]",
]

/** Cells hold words of logs: nothing in them ends a cell or begins markup. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replace(/[\r\n]+/g, ' ').replace(/[|<>`[\]*_\\]/g, '\\$&')
  return [head, head.map(() => '---'), ...rows.map(row => row.map(cell))].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function sizeOf(rows: number): string {
  const sizes: readonly (readonly [number, string])[] = [
    [1e3, 'n<1K'],
    [1e4, '1K<n<10K'],
    [1e5, '10K<n<100K'],
    [1e6, '100K<n<1M'],
    [1e7, '1M<n<10M'],
  ]
  return sizes.find(([most]) => rows < most)?.[1] ?? '10M<n<100M'
}

function told(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`
}
