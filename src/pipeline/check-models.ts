import { messageOf, TracewrightError } from '../errors.ts'
import { type Known, refuseUnknownOptions } from '../fields.ts'
import { Models } from '../model/connect.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import { pause } from '../model/pause.ts'
import { countFrom, isCount } from '../whole-number.ts'
import type { DataDesignerConfigBuilder } from './config/builder.ts'

/** Whether a model answers. */
export type ModelCheck = {
  /** Name that columns use for the model. */
  alias: string
  /** The provider's name of the model. */
  model: string
  /** Where it is asked. */
  provider: string
  /** Why it does not answer; null: it does. */
  error: string | null
}

/** How models are checked. */
export type CheckOptions = {
  /** Ends it. */
  signal?: AbortSignal
  /** How often a model that does not answer is asked in all. Default 1. */
  maxAttempts?: number
  /** Seconds before it is asked again, times the tries before. Default 0. */
  retryBackoffSeconds?: number
}

const CHECK_OPTIONS: Known<CheckOptions> = { signal: true, maxAttempts: true, retryBackoffSeconds: true }

/** Ask each model that columns name for one word, and tell which do not answer. */
export async function checkModels(
  builder: DataDesignerConfigBuilder,
  providers: readonly ModelProvider[],
  options: CheckOptions,
): Promise<ModelCheck[]> {
  refuseUnknownOptions(options, CHECK_OPTIONS, 'checkModels')
  const { signal, maxAttempts = 1, retryBackoffSeconds = 0 } = options
  if (!isCount(maxAttempts, 1)) throw new TracewrightError('usage', `maxAttempts: found ${maxAttempts}, expected ${countFrom(1)}`)
  const isAnswering = async (models: Models, alias: string) => {
    for (let tries = 1; ; tries++)
      try {
        return await models.checkHealth([alias], signal)
      } catch (error) {
        if (tries >= maxAttempts || signal?.aborted) throw error
        await pause(retryBackoffSeconds * tries, signal)
      }
  }
  const configs = builder.askedModels.map(config => config.asked())
  const models = new Models(configs, { providers })
  const { columns } = builder
  const aliases = new Set(columns.length === 0 ? configs.map(({ alias }) => alias) : columns.flatMap(({ modelAliases }) => modelAliases))
  return Promise.all(
    [...aliases].map(async alias => {
      const config = configs.find(config => config.alias === alias)
      const known = { alias, model: config?.model ?? '', provider: config?.provider ?? '' }
      try {
        const { provider } = models.get(alias)
        await isAnswering(models, alias)
        return { ...known, provider: provider.name, error: null }
      } catch (error) {
        signal?.throwIfAborted()
        return { ...known, error: messageOf(error) }
      }
    }),
  )
}
