import { existsSync } from 'node:fs'
import { partsProblem } from '../../dataset/run/check-parts.ts'
import type { RunFolder } from '../../dataset/run/folder.ts'
import type { RunManifest, RunTerms } from '../../dataset/run/manifest.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, parseJson } from '../../json/json.ts'
import { Prices } from '../../model/prices.ts'
import { packageVersion } from '../../package-version.ts'
import { freshSeed } from '../../random.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { configAsRun, configHash } from '../config/config-as-run.ts'
import { acceptTemplate } from '../rows/accept.ts'
import { pricesOf, refuseSpentBudget } from './budget.ts'
import type { CreateSettings } from './create-options.ts'
import { keptProviders } from './run-providers.ts'
import { ResumeMode } from './run-words.ts'

/** How a run starts: its manifest, and what a person should know of it. */
export type RunStart = { manifest: RunManifest; isDone: boolean; notes: string[]; wasComplete: boolean }

/** The manifest to go on with: the one that is there, or a fresh one. Throws where the folder and the options do not go together. */
export function startRun(folder: RunFolder, builder: DataDesignerConfigBuilder, settings: CreateSettings): RunStart {
  const before = folder.readManifest()
  const { numRecords } = settings
  const accept = acceptTemplate(settings.accept)
  if (numRecords === 'all' && accept !== null)
    throw new TracewrightError('usage', 'Cannot accept all records: expected a number of rows to be accepted, or no condition')
  if (typeof numRecords === 'number' && !isCount(numRecords, 1))
    throw new TracewrightError('usage', `Cannot create ${numRecords} records: expected ${countFrom(1)}`)
  const mode = resumeMode(settings.resume)
  if (before === null) {
    if (settings.retryFailed) throw nothingToRetry(folder)
    if (mode === 'always')
      throw new TracewrightError('usage', `Cannot go on with a run in '${folder.path}': there is none`, {
        hint: "Begin one: leave resume out, or say 'if_possible'",
      })
    const wanted = numRecords ?? (builder.seedConfig === null || accept !== null ? 10 : 'all')
    if (wanted === 'all' && builder.seedConfig === null)
      throw new TracewrightError('usage', 'Cannot create all records: the config has no seed, expected a number')
    return { manifest: freshManifest(builder, settings, targetOf(settings, wanted, accept)), isDone: false, notes: [], wasComplete: false }
  }
  if (mode === 'never' && !settings.retryFailed)
    throw new TracewrightError(
      'usage',
      `Cannot create a dataset in '${folder.path}': a run is there, ${before.status}, with ${before.rows} rows`,
      { hint: 'Go on with it (resume: true, or --resume), or choose another place' },
    )
  const target = targetOf(settings, numRecords ?? before.target.num_records ?? 'all', accept ?? before.target.accept, before.target)
  refuseOther('seed', before.seed, settings.seed ?? before.seed)
  if (settings.anew) return { manifest: anew(before, builder, settings, target), isDone: false, notes: [ANEW], wasComplete: false }
  if (before.config_hash !== configHash(builder)) return changedConfig(folder, before, builder, { settings, target })
  refuseOther('condition for accepting rows', before.target.accept, target.accept)
  refuseOther('compatibility', before.compat, settings.compat)
  if (settings.retryFailed && before.rejects === 0) throw nothingToRetry(folder)
  const damage = partsProblem(folder, before)
  if (damage !== null)
    return { manifest: anew(before, builder, settings, target), isDone: false, notes: [damageNote(damage)], wasComplete: false }
  const isDone = before.status === 'complete' && !isMore(target, before.target) && !settings.retryFailed
  // A retry makes what failed, and nothing further.
  const goOn = settings.retryFailed ? before.target : target
  if (isDone) return { manifest: before, isDone, notes: [], wasComplete: before.status === 'complete' }
  const terms = termsOf(builder, settings, before.terms)
  refuseSpentBudget(terms.max_cost_usd, spentIn(folder))
  return {
    manifest: { ...before, target: goOn, terms, status: 'running', reason: null },
    isDone,
    notes: [],
    wasComplete: before.status === 'complete',
  }
}

/** How to go on, of what was said; anything else would be taken for true. */
function resumeMode(resume: CreateSettings['resume']): ResumeMode {
  if (resume === undefined || resume === false) return 'never'
  if (resume === true) return 'if_possible'
  const modes: ResumeMode[] = Object.values(ResumeMode)
  if (modes.includes(resume)) return resume
  throw new TracewrightError(
    'usage',
    `resume: found ${writeJson(resume)}, expected true, false, ${modes.map(mode => `'${mode}'`).join(', ')}`,
  )
}

function targetOf(
  settings: CreateSettings,
  wanted: number | 'all',
  accept: string | null,
  before?: RunManifest['target'],
): RunManifest['target'] {
  const repeats = settings.repeatSeed ?? before?.repeat_seed ?? settings.compat !== null
  return { num_records: wanted === 'all' ? null : wanted, accept, ...(repeats ? { repeat_seed: true } : {}) }
}

/** Whether a target asks for more than a run was made for. */
function isMore(target: RunManifest['target'], before: RunManifest['target']): boolean {
  if (target.repeat_seed === true && before.repeat_seed !== true) return true
  return before.num_records !== null && (target.num_records === null || target.num_records > before.num_records)
}

/** What holds from now on: what is named now, else what the run was begun with. */
function termsOf(builder: DataDesignerConfigBuilder, settings: CreateSettings, before?: RunTerms): RunTerms {
  const named = settings.prices === undefined ? null : pricesOf(builder, settings.providers, settings.prices)
  return {
    max_cost_usd: settings.maxCostUSD === undefined ? (before?.max_cost_usd ?? null) : settings.maxCostUSD,
    prices: named ?? pricesOf(builder, settings.providers, new Prices(before?.prices ?? {})),
    providers: keptProviders(settings.providers),
  }
}

/** What the bill in a folder comes to; null where that is not known. */
function spentIn(folder: RunFolder): number | null {
  const usage = existsSync(folder.usage) ? parseJson(readText(folder.usage)) : undefined
  const cost = isObject(usage) && isObject(usage['run']) ? usage['run']['cost_usd'] : null
  return typeof cost === 'number' ? cost : null
}

const ANEW = 'What the run is made of is new: all rows are made anew; models are asked only what they were not asked before'

/** A run from its first row, with the seed and the budget it has. */
function anew(
  before: RunManifest,
  builder: DataDesignerConfigBuilder,
  settings: CreateSettings,
  target: RunManifest['target'],
): RunManifest {
  const fresh = freshManifest(builder, settings, target)
  return { ...fresh, seed: before.seed, terms: termsOf(builder, settings, before.terms) }
}

function damageNote(damage: string): string {
  return `The run is damaged: ${damage}. Its rows are made anew from the replies that are on disk; models are asked only what has none`
}

/** Rows of one dataset are made alike. */
function refuseOther(what: string, before: string | number | null, now: string | number | null): void {
  if (before === now) return
  throw new TracewrightError('usage', `Cannot resume: the run's ${what} is ${writeJson(before)}, not ${writeJson(now)}`, {
    hint: 'Leave it as it is, or choose another place for the dataset',
  })
}

/** Rows are made anew under the same seed; questions that did not change have their replies already. */
function changedConfig(
  folder: RunFolder,
  before: RunManifest,
  builder: DataDesignerConfigBuilder,
  { settings, target }: { settings: CreateSettings; target: RunManifest['target'] },
): RunStart {
  const changes = changedParts(folder, builder)
  if (settings.retryFailed)
    throw new TracewrightError(
      'usage',
      `Cannot retry failed rows: the config is not the one the run was made with (changed: ${changes.join(', ')})`,
      {
        hint: 'Resume without retrying: all rows are made anew, and replies to unchanged questions are kept',
      },
    )
  const note = `The config has changed since (${changes.join(', ')}): all rows are made anew; models are asked only what they were not asked before`
  const manifest = anew(before, builder, settings, target)
  refuseSpentBudget(manifest.terms?.max_cost_usd ?? null, spentIn(folder))
  return { manifest, isDone: false, notes: [note], wasComplete: false }
}

function changedParts(folder: RunFolder, builder: DataDesignerConfigBuilder): string[] {
  const body = (config: Json | undefined) => (isObject(config) && isObject(config['data_designer']) ? config['data_designer'] : {})
  const old = body(existsSync(folder.config) ? parseJson(readText(folder.config)) : undefined)
  const now = body(configAsRun(builder))
  const named = (config: Json | undefined) =>
    new Map((Array.isArray(config) ? config.filter(isObject) : []).map(item => [String(item['name'] ?? item['alias']), writeJson(item)]))
  const differing = (key: string, what: string) => {
    const [a, b] = [named(old[key]), named(now[key])]
    return [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name)).map(name => `${what} '${name}'`)
  }
  const others = ['seed_config', 'processors', 'constraints'].filter(key => writeJson(old[key] ?? null) !== writeJson(now[key] ?? null))
  const all = [...differing('columns', 'column'), ...differing('model_configs', 'model'), ...others]
  return all.length === 0 ? ['the order of its parts'] : all
}

function freshManifest(builder: DataDesignerConfigBuilder, settings: CreateSettings, target: RunManifest['target']): RunManifest {
  const now = new Date().toISOString()
  return {
    layout: 1,
    tracewright: packageVersion(),
    dataset_name: settings.datasetName ?? 'dataset',
    status: 'running',
    reason: null,
    config_hash: configHash(builder),
    compat: settings.compat,
    seed: settings.seed ?? settings.previewSeed ?? freshSeed(),
    target,
    terms: termsOf(builder, settings),
    started_at: now,
    updated_at: now,
    drawn: 0,
    drawn_rows: 0,
    rows: 0,
    declined: 0,
    rejects: 0,
    rejects_bytes: 0,
    rejects_replaced: false,
    parts: [],
    types: {},
    artifacts: {},
  }
}

function nothingToRetry(folder: RunFolder): TracewrightError {
  return new TracewrightError('usage', `Cannot retry failed rows: no row failed in '${folder.path}'`)
}
