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

/** What each means, and what an export goes by where it is not said. */
const ABOUT: { readonly [Name in keyof ExportSettings]-?: readonly [fallback: string, about: string] } = {
  for: ['', 'the trainer or dialect, such as `trl`'],
  view: ['what the dialect takes first', 'what becomes a row: `session`, `turn`, `action`, `preference` …'],
  model: ['null', 'the model whose tokens are counted; null: nothing is counted in tokens'],
  chatTemplate: ["the model's", 'file of a chat template, or `chatml`; needs `model`'],
  maxTokens: ['null', 'budget of a row in tokens; longer ones are cut into windows; needs `model`'],
  mask: ['`flags` and `replay`', 'what is not trained on: names of masks, columns, outcomes, conditions on them'],
  reasoning: ['`keep`', 'what becomes of thoughts: `keep`, `last`, `drop`, `inline`; what the dialect can say goes before'],
  tools: ['`inferred`', 'schemas of tools: `recorded`, `inferred` where the log has none, `none`'],
  filter: ['null', 'rows to keep, by names of filters, such as `tests-passed`, or conditions on columns and outcomes'],
  dedupe: ['null', 'leave out rows that share so much of what the model said, above 0, 1 at most'],
  decontaminate: ['null', 'files of evaluations: rows that hold 13 words in a row of one are left out'],
  git: ['null', 'folder of a repository: whether commits were merged, taken back, and still stand'],
  reward: [
    '`reward`',
    'what rewards tasks and labels answers, the first that is known: `reward`, `tests_passed`, `survival` and other outcomes, columns',
  ],
  perTask: ['null', 'rows of one first request at most'],
  perProject: ['null', 'rows of a project at most'],
  exactly: ['null', 'so many rows are written, chosen by a stable hash'],
  split: ['null', 'how rows are split, such as `lineage:90/10`; null: all are `train`'],
  splitLike: ['null', 'folder of an earlier export, whose rows stay in their splits; needs `split`'],
  redact: ['`off`', 'what is redacted: `default`, a file with rules, `off`'],
  license: ['null', 'licence that the card names'],
  codec: ["the dialect's", '`jsonl` or `parquet`'],
  check: ['false', 'render every row with the chat template, and count what it loses; needs `model`'],
  checkModels: ['null', 'other models whose templates every row is rendered with, too'],
  shardBytes: ['256000000', 'size in bytes at which the next file begins'],
}

const HOLDS = { text: 'text', texts: 'list of texts', number: 'number', boolean: 'true or false' } as const

/** Keys of the processor `export`. */
export const EXPORT_FIELDS: Fields = {
  processor_type: ['text', '', 'which kind of processor'],
  name: ['text', '', 'name of the processor; unique'],
  ...Object.fromEntries([...EXPORT_KEYS].map(([key, name]): [string, Field] => [key, [HOLDS[EXPORT_SETTINGS[name]], ...ABOUT[name]]])),
}
