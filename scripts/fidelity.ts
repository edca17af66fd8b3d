// Counts, over a folder of real logs, what the faithful mode and `compat: 'data_designer'` give: node scripts/fidelity.ts FOLDER
// FOLDER holds a folder for each format, named like it or by the first word of its name.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../src/json/json.ts'
import { type FormatName, formatByName } from '../src/rollout/known-formats.ts'
import { type Counts, countRows } from './fidelity-counts.ts'

type Pair = { compat: Counts; faithful: Counts }

const LINES: [string, (counts: Counts, other: Counts) => number | null][] = [
  ['Files looked at', c => c.files],
  ['… that give no row', c => c.filesWithoutRow],
  ['Rows', c => c.rows],
  ['Rows without messages', c => c.emptyRows],
  ['Rows of spawned agents', c => c.sidechains],
  ['Rows that name their parent', c => c.linked],
  ['Rows without a git branch', c => c.branchless],
  ['Rows that name a model', c => c.models],
  ['Rows that name tokens', c => c.usages],
  ['Messages', c => c.messages],
  ['Assistant messages right after another, unmarked', c => c.adjacent],
  ['Cuts marked as boundaries', c => c.boundaries],
  ['Tool calls', c => c.calls],
  ['Calls whose result is not right behind them', c => c.strayCalls],
  ['Calls whose arguments are no JSON, or have their keys reordered', (c, faithful) => reordered(c, faithful)],
  ['Messages with reasoning', c => c.reasoning],
  ['… that hold a thought twice', c => c.doubledReasoning],
  ['User messages', c => c.userMessages],
  ['… that no person wrote, as labelled', c => c.labelled],
  ['Tool results marked as failures', c => c.errors],
  ['Records that repeat another file, counted once', c => c.buckets?.replay ?? null],
  ['Records of abandoned paths, left out', c => c.buckets?.abandoned ?? null],
  ['Records recovered from damaged files', c => c.recovered],
  ['Records that could not be read', c => c.buckets?.unparsed ?? null],
]

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Usage: node scripts/fidelity.ts FOLDER')
const pairs = new Map<string, Pair>()
for (const format of formatByName.values()) {
  const path = [format.name, format.name.split('_')[0]!].map(name => join(folder, name)).find(existsSync)
  if (path === undefined || format.dataDesigner === null) continue
  const name = format.name as FormatName
  pairs.set(format.title, { compat: await countRows(name, path, 'data_designer'), faithful: await countRows(name, path, null) })
}
console.log(table(pairs))

function reordered(counts: Counts, faithful: Counts): number {
  const compact = (text: string) => JSON.stringify(parseJson(text))
  return [...counts.arguments].filter(([id, text]) => faithful.arguments.has(id) && compact(faithful.arguments.get(id)!) !== compact(text))
    .length
}

function table(pairs: Map<string, Pair>): string {
  const number = (value: number | null) => (value === null ? '–' : value.toLocaleString('en'))
  const cells = (count: (pair: Pair) => string) => [...pairs.values()].map(count)
  const row = (name: string, values: string[]) => `| ${[name, ...values].join(' | ')} |`
  return [
    row('compat → default', [...pairs.keys()]),
    row(
      '---',
      [...pairs.keys()].map(() => '---:'),
    ),
    row(
      'Bytes',
      cells(({ faithful }) => number(faithful.bytes)),
    ),
    ...LINES.map(([name, count]) =>
      row(
        name,
        cells(({ compat, faithful }) => `${number(count(compat, faithful))} → ${number(count(faithful, faithful))}`),
      ),
    ),
  ].join('\n')
}
