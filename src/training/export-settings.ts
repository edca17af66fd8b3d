import { redactionPolicy } from '../redact/policy.ts'
import { masksNamed } from './apply-masks.ts'
import { filtersNamed } from './curate/apply-filters.ts'
import { type ExportSettings, planExport } from './export-options.ts'
import { GitHistory } from './outcome/git-history.ts'
import { rewardBy } from './outcome/reward.ts'
import { splitNamed } from './split.ts'

/** All that an export can be told, and what it is made of. Configs say it in snake case, the command line in kebab case. */
export const EXPORT_SETTINGS: { readonly [Name in keyof ExportSettings]-?: 'text' | 'texts' | 'number' | 'boolean' } = {
  for: 'text',
  view: 'text',
  model: 'text',
  chatTemplate: 'text',
  maxTokens: 'number',
  mask: 'texts',
  reasoning: 'text',
  tools: 'text',
  filter: 'texts',
  dedupe: 'number',
  decontaminate: 'texts',
  git: 'text',
  reward: 'texts',
  perTask: 'number',
  perProject: 'number',
  exactly: 'number',
  split: 'text',
  splitLike: 'text',
  redact: 'text',
  license: 'text',
  codec: 'text',
  check: 'boolean',
  checkModels: 'texts',
  shardBytes: 'number',
}

/** Throws for the first setting that cannot be followed, as far as that is known before there are rows with these columns. */
export function checkSettings(settings: ExportSettings, columns: ReadonlySet<string>): void {
  planExport(settings)
  splitNamed(settings.split)
  masksNamed(settings.mask, columns)
  rewardBy(settings.reward ?? [])
  if (settings.git !== undefined) new GitHistory(settings.git)
  filtersNamed(settings.filter ?? [], { hasGit: settings.git !== undefined })
  if ((settings.redact ?? 'off') !== 'off') redactionPolicy(settings.redact!)
}
