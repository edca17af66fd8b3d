import { extensionTypesOf } from '../../extension-module.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import type { ProviderType } from '../../model/provider.ts'
import type { Extensions } from '../../pipeline/config/load.ts'

/** What modules add to what a config can name, and protocols that providers speak. */
export type CliExtensions = Extensions & { providers?: readonly ProviderType[] }

/** The types that configs name, of all packages and files together. Throws where one cannot be loaded, or exports something else. */
export async function extensionsOf(names: readonly string[]): Promise<CliExtensions> {
  const modules = await Promise.all(names.map(extensionTypesOf))
  const all = (kind: keyof CliExtensions) => modules.flatMap(module => [...module[kind]])
  return {
    columns: all('columns'),
    seeds: all('seeds'),
    processors: all('processors'),
    validators: all('validators'),
    providers: all('providers'),
  } as unknown as CliExtensions
}

/** Providers that speak a protocol of an extension, with it. */
export function speaking(providers: readonly ModelProvider[], types: readonly ProviderType[]): ModelProvider[] {
  return providers.map(provider => {
    const type = types.find(({ name }) => name === provider.providerType)
    return type === undefined ? provider : withType(provider, type)
  })
}

function withType({ name, endpoint, apiKey, extraBody, extraHeaders }: ModelProvider, providerType: ProviderType): ModelProvider {
  return new ModelProvider({ name, endpoint, apiKey, extraBody, extraHeaders, providerType })
}
