import type { ExportSettings } from './export-options.ts'

/** One setting of an export: what it holds, what is gone by where it is not said ('' where that is nothing), and what it means. */
export type ExportSetting = { holds: 'text' | 'texts' | 'number' | 'boolean'; fallback: string; about: string }

/**
 * All that an export can be told. Configs say it in snake case, the command line in kebab case, code in camel case: what the help, the
 * page of configs and the comments on `ExportOptions` say of a setting stands here.
 */
export const EXPORT_SETTINGS: { readonly [Name in keyof ExportSettings]-?: ExportSetting } = {
  for: {
    holds: 'text',
    fallback: '`hf`',
    about:
      'the trainer or dialect, such as `hf`, `openai`, `trl`, `axolotl`, `llama-factory`, `ms-swift`, `sharegpt`, `verl`, `together`, `atif`, `hf-traces`',
  },
  view: {
    holds: 'text',
    fallback: 'what the dialect takes first',
    about: 'what becomes a row: `session`, `turn`, `action`, `tool-interaction`, `preference`, `task`, `trajectory`',
  },
  model: {
    holds: 'text',
    fallback: '',
    about: 'whose tokens count: `tokenizer.json`, folder, npm package, `OWNER/MODEL` of the hub, `o200k`',
  },
  chatTemplate: { holds: 'text', fallback: "the model's own", about: 'file of a chat template, or `chatml`; needs a model' },
  maxTokens: { holds: 'number', fallback: '', about: 'budget of a row in tokens; longer ones are cut into windows; needs a model' },
  where: {
    holds: 'text',
    fallback: '',
    about: "only rows that meet a condition in SQL over their columns and outcomes, such as `source_kind = 'codex' AND tests_passed`",
  },
  mask: {
    holds: 'texts',
    fallback: '`flags` and `replay`',
    about: 'what is not trained on: masks, columns and outcomes, such as `errors` or `quality.score>=4`',
  },
  reasoning: { holds: 'text', fallback: '`keep`', about: 'what becomes of reasoning: `keep`, `last`, `drop`, `inline`' },
  tools: { holds: 'text', fallback: '`inferred`', about: 'schemas of tools: `recorded`, `inferred` where the log has none, `none`' },
  filter: {
    holds: 'texts',
    fallback: '',
    about:
      'rows to keep: `ends-on-answer`, `tests-passed`, `merged`, `survival:0.8`, `recovered`, `no-loop`, `error-rate:0.2`, `answers:2-`, `length:500-`, columns and outcomes such as `exit_code=0`',
  },
  dedupe: {
    holds: 'number',
    fallback: '',
    about: 'leave out near-duplicates that share this much of what the model said, of its runs of three words: above 0, 1 at most',
  },
  decontaminate: {
    holds: 'texts',
    fallback: '',
    about: 'files of evaluations: rows that hold 13 words in a row of one, or its repository@commit, are left out',
  },
  git: {
    holds: 'text',
    fallback: '',
    about: 'folder of a repository, read only: whether commits of sessions were merged, taken back, and still stand',
  },
  reward: {
    holds: 'texts',
    fallback: '`reward`',
    about:
      'what rewards tasks and labels answers, the first that is known: `reward`, `tests_passed`, `exit_code`, `merged`, `survival`, columns',
  },
  perTask: { holds: 'number', fallback: '', about: 'most rows of one first request' },
  perProject: { holds: 'number', fallback: '', about: 'most rows of one project' },
  exactly: { holds: 'number', fallback: '', about: 'so many rows are written, chosen by a stable hash' },
  split: {
    holds: 'text',
    fallback: '',
    about: 'how rows are split: `lineage:90/5/5`, `project:90/10`, `time:2026-03-01`; relatives and near-duplicates stay together',
  },
  splitLike: {
    holds: 'text',
    fallback: '',
    about: 'folder of an earlier export, whose rows stay in the split they were in; needs a split',
  },
  redact: { holds: 'text', fallback: '`off`', about: 'what is redacted: `default`, a file with rules of your own, `off`' },
  license: { holds: 'text', fallback: '', about: 'licence that the card names, such as `apache-2.0`' },
  codec: { holds: 'text', fallback: "the dialect's", about: 'of the files: `jsonl` or `parquet`' },
  check: { holds: 'boolean', fallback: '', about: 'render every row with the chat template, and count what it loses; needs a model' },
  checkModels: { holds: 'texts', fallback: '', about: 'other models whose templates every row is rendered with, too' },
  shardBytes: { holds: 'number', fallback: '256000000', about: 'size in bytes at which the next file begins' },
}

/** A setting as the command line tells of it. `fallback`: what is gone by there, where the command line has something of its own. */
export function settingHelp(name: keyof ExportSettings, options: { more?: string; fallback?: string | null } = {}): string {
  const { holds, fallback, about } = EXPORT_SETTINGS[name]
  const usual = options.fallback === undefined ? fallback : (options.fallback ?? '')
  const parts = [about, holds === 'texts' ? 'separated by commas' : '', options.more ?? '', usual === '' ? '' : `default: ${usual}`]
  return parts
    .filter(part => part !== '')
    .join('; ')
    .replaceAll('`', '')
}
