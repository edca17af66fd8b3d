import type { RunManifest } from '../../dataset/run/manifest.ts'
import { TracewrightError } from '../../errors.ts'
import type { OpenSeed } from '../../seed/seed.ts'
import type { DataDesignerConfigBuilder } from '../config/builder.ts'
import { type Engine, runMode } from '../engine.ts'
import type { RunConfig } from '../rows/run-config.ts'

/** Throws, by name, where shards cannot give what one process would have given. */
export function refuseShards(
  builder: DataDesignerConfigBuilder,
  engine: Engine,
  { target, compat }: RunManifest,
  runConfig: RunConfig,
): void {
  if (builder.seedConfig?.source.seedType === 'agent_rollout')
    throw refused('its seed is agent logs, and whether a session is a copy of another is only known where all logs are read', {
      hint: 'Ingest the logs into a store (ingest -o DIR), and take that as the seed (seed_type: dataset)',
    })
  const { mode } = runMode({ compat, runConfig })
  const table = engine.plan.columns.find(column => column.open(mode).kind === 'table')
  if (table !== undefined)
    throw refused(`column '${table.name}' sees all rows at once`, {
      hint: 'Make the dataset up to it in shards, merge, and take that as the seed of a run with the column',
    })
  if (engine.seed !== null && target.accept === null) refuseUnevenSeed(engine.seed, target)
}

/** Where it is not known how many rows a thing gives, nobody can say at which thing so many rows end. */
function refuseUnevenSeed(seed: OpenSeed, { num_records, repeat_seed }: RunManifest['target']): void {
  if (num_records === null || seed.isOneRowEach === true) return
  throw refused(
    `${num_records} rows are wanted${repeat_seed ? ', drawn again where the seed has fewer' : ''}, and things of this seed may give none or several`,
    { hint: 'Leave the number of rows out, select a range of the seed, or ask for so many accepted rows (--exactly)' },
  )
}

function refused(reason: string, details: { hint: string }): TracewrightError {
  return new TracewrightError('usage', `Cannot make shards of this run: ${reason}`, details)
}
