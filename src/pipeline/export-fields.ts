import type { Field, Fields } from '../fields.ts'
import type { ExportSettings } from '../training/export-options.ts'
import { EXPORT_SETTINGS } from '../training/export-settings.ts'

/** Settings of an export by their names in configs. */
export const EXPORT_KEYS: ReadonlyMap<string, keyof ExportSettings> = new Map(
  (Object.keys(EXPORT_SETTINGS) as (keyof ExportSettings)[]).map(name => [
    name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    name,
  ]),
)

/** What each means; where none is said, an export goes by the default of `tracewright export`. */
const ABOUT: { readonly [Name in keyof ExportSettings]-?: readonly [fallback: string, about: string] } = {
  for: ['', 'the trainer or dialect, such as `trl`'],
  view: ['by the dialect', 'what becomes a row: `session`, `turn`, `action`, `preference` …'],
  model: ['null', 'the model whose tokens are counted and whose template is tried'],
  chatTemplate: ["the model's", 'file of a chat template, or the name of a known one'],
  maxTokens: ['null', 'budget of a row in tokens; needs `model`'],
  mask: ['`flags` and `replay`', 'what is not trained on: names of masks, columns, conditions'],
  reasoning: ['`keep`', 'what becomes of thoughts: `keep`, `last`, `drop`, `inline`'],
  tools: ['recorded, else inferred', 'where schemas of tools come from'],
  filter: ['none', 'sessions to keep, by names of filters'],
  dedupe: ['null', 'similarity above 0, 1 at most, from which rows are near-duplicates'],
  decontaminate: ['none', 'files whose texts no row may share'],
  git: ['null', 'folder of a repository, to see which changes survived'],
  reward: ['`reward`', 'which signals reward a task: the first that is known'],
  perTask: ['null', 'rows of a task at most'],
  perProject: ['null', 'rows of a project at most'],
  exactly: ['null', 'rows to write'],
  split: ['one split', 'how rows are split, such as `lineage:90/10`'],
  splitLike: ['null', 'folder of an earlier export whose splits are kept'],
  redact: ['`off`', 'policy of redaction'],
  license: ['null', 'licence that the card names'],
  codec: ['by the dialect', '`jsonl` or `parquet`'],
  check: ['false', 'render every row with the template of the model'],
  checkModels: ['none', 'other models whose templates every row is rendered with'],
  shardBytes: ['null', 'size of a file at most'],
}

const HOLDS = { text: 'text', texts: 'list of texts', number: 'number', boolean: 'true or false' } as const

/** Keys of the processor `export`. */
export const EXPORT_FIELDS: Fields = {
  processor_type: ['text', '', 'which kind of processor'],
  name: ['text', '', 'name of the processor; unique'],
  ...Object.fromEntries([...EXPORT_KEYS].map(([key, name]): [string, Field] => [key, [HOLDS[EXPORT_SETTINGS[name]], ...ABOUT[name]]])),
}
