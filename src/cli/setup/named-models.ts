import type { ModelProvider } from '../../model/model-provider.ts'
import type { DataDesignerConfigBuilder } from '../../pipeline/config/builder.ts'
import type { Settings } from '../options/provider-options.ts'

/** A model as `models` and `agent` tell of it. */
export type NamedModel = {
  alias: string
  model: string
  provider: string
  endpoint: string
  key: string // which variable holds it and whether it is set, and never the key
  from: 'config' | 'settings' | 'predefined'
}

/** The models of a config, or, without one, those that any config can name without defining them. */
export async function namedModels(settings: Settings, builder: DataDesignerConfigBuilder | null = null): Promise<NamedModel[]> {
  const [{ PREDEFINED_MODELS, withPredefined }, { providerOf }] = await Promise.all([
    import('../../model/predefined-models.ts'),
    import('../../model/connect.ts'),
  ])
  const { modelConfigs } = settings.defaults
  const all = [...modelConfigs, ...PREDEFINED_MODELS].map(({ alias }) => alias)
  const configs = builder?.askedModels ?? withPredefined([], all, modelConfigs)
  return configs.map(config => {
    const { name, endpoint, apiKey } = providerOf(config, settings.modelProviders)
    const from = builder?.modelConfigs.includes(config) ? 'config' : modelConfigs.includes(config) ? 'settings' : 'predefined'
    return { alias: config.alias, model: config.model, provider: name, endpoint, key: keyState(apiKey), from }
  })
}

/** Whether a key is there. Where its name is that of a variable, the name is told. */
function keyState(apiKey: ModelProvider['apiKey']): string {
  if (apiKey === null) return 'none'
  return /^[A-Z][A-Z0-9_]*$/.test(apiKey) ? `${apiKey} ${process.env[apiKey] ? 'is set' : 'is not set'}` : 'given'
}
