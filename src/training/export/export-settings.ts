import { accessSync, constants } from 'node:fs'
import { TracewrightError } from '../../errors.ts'
import { type RedactionPolicy, redactionPolicy } from '../../redact/policy.ts'
import { systemReason } from '../../system-error.ts'
import { maskNamed, usualMasks } from '../apply-masks.ts'
import { type ApplyFilters, againstAny, filterNamed } from '../curate/apply-filters.ts'
import { filesOfSplits } from '../curate/earlier-splits.ts'
import { type Split, splitNamed } from '../curate/split.ts'
import type { Mask } from '../mask.ts'
import { GitHistory } from '../outcome/git-history.ts'
import { firstKnown, type RewardOf, rewardNamed } from '../outcome/reward.ts'
import type { ExportSettings } from '../settings/export-options.ts'
import type { Mistakes } from '../settings/mistakes.ts'
import { type PlannedExport, planExport } from './plan-export.ts'

/** What settings name, by which rows are masked, kept and rewarded. */
export type NamedRules = { masks: readonly Mask[]; filter: ApplyFilters | null; reward: RewardOf }

/** What is known of an export once its settings were understood, without a row and without waiting. What was a mistake is undefined. */
export type CheckedSettings = {
  planned: PlannedExport | undefined
  split: Split | undefined
  policy: RedactionPolicy | null | undefined
  git: GitHistory | null | undefined
  named: NamedRules
}

/** Look at all settings, with columns of the rows where they are known; whatever cannot be followed is noted. */
export function checkSettings(settings: ExportSettings, columns: ReadonlySet<string> | null, mistakes: Mistakes): CheckedSettings {
  const { git, redact = 'off', splitLike, chatTemplate } = settings
  const planned = planExport(settings, mistakes)
  const split = mistakes.try(() => splitNamed(settings.split))
  for (const path of settings.decontaminate ?? []) mistakes.try(() => refuseAbsent(path, `Cannot read '${path}', which was to be kept out`))
  if (chatTemplate !== undefined && chatTemplate !== 'chatml')
    mistakes.try(() => refuseAbsent(chatTemplate, `Cannot read chat template '${chatTemplate}'`))
  if (splitLike !== undefined && settings.split !== undefined && split !== undefined)
    mistakes.try(() => filesOfSplits(splitLike, split.names))
  return {
    planned,
    split,
    git: git === undefined ? null : mistakes.try(() => new GitHistory(git)),
    policy: redact === 'off' ? null : mistakes.try(() => redactionPolicy(redact)),
    named: namedRules(settings, columns, mistakes),
  }
}

/** Masks, filters and rewards of the settings; names are checked as far as the columns are known. */
export function namedRules(settings: ExportSettings, columns: ReadonlySet<string> | null, mistakes: Mistakes): NamedRules {
  const { mask, filter = [], reward = ['reward'], git } = settings
  const scope = { columns, hasGit: git !== undefined }
  const filters = filter.flatMap(text => mistakes.try(() => filterNamed(text, scope)) ?? [])
  return {
    masks: mask === undefined ? usualMasks() : mask.flatMap(name => mistakes.try(() => maskNamed(name, scope)) ?? []),
    filter: filters.length === 0 ? null : againstAny(filters),
    reward: firstKnown(reward.flatMap(name => mistakes.try(() => rewardNamed(name, scope)) ?? [])),
  }
}

function refuseAbsent(path: string, sentence: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw new TracewrightError('usage', `${sentence}: ${systemReason(error)}`, { cause: error })
  }
}
