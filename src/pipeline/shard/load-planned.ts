import type { RunHome } from '../../dataset/run/home.ts'
import { TracewrightError } from '../../errors.ts'
import { configFromJSON, type DataDesignerConfigBuilder } from '../config/builder.ts'
import { configHash } from '../config/config-as-run.ts'
import type { LoadOptions } from '../config/load.ts'
import type { ShardPlan } from './shard-plan.ts'

/** The config a plan was made with: the one that is given, or the one that the home keeps. Throws where it is not the plan's. */
export function loadPlanned(
  home: RunHome,
  plan: ShardPlan,
  given: { builder?: DataDesignerConfigBuilder | null; load?: LoadOptions } = {},
): DataDesignerConfigBuilder {
  const builder = given.builder ?? keptBuilder(home, plan, given.load ?? {})
  if (configHash(builder) === plan.run.config_hash) return builder
  throw new TracewrightError('usage', `Cannot make a shard in '${home.place}': the config is not the one the plan was made with`, {
    hint: 'Name no config, so that the kept one is taken, or plan again into another home',
  })
}

function keptBuilder(home: RunHome, plan: ShardPlan, load: LoadOptions): DataDesignerConfigBuilder {
  try {
    const builder = configFromJSON(plan.config, load)
    builder.baseFolder = plan.base_folder
    return builder
  } catch (error) {
    if (!(error instanceof TracewrightError)) throw error
    throw new TracewrightError('config', `Cannot load the config that '${home.place}' keeps: ${error.message}`, {
      hint: 'A config of a module, with functions of its own or rows in memory, has to be named again (and --functions)',
      cause: error,
    })
  }
}
