import type { RunManifest } from '../../dataset/run/manifest.ts'
import { TracewrightError } from '../../errors.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { PREDEFINED_PROVIDERS } from '../../model/predefined-providers.ts'

/** Providers as a run's manifest keeps them: where models were asked, and no secret. A key is kept by the name of its variable only. */
export function keptProviders(providers: readonly ModelProvider[]): Kept[] {
  return providers
    .filter(provider => !PREDEFINED_PROVIDERS.includes(provider))
    .map(({ name, endpoint, providerType, apiKey, extraBody, extraHeaders }) => ({
      name,
      endpoint: withoutPassword(endpoint),
      provider_type: providerType,
      api_key: isVariable(apiKey) ? apiKey : null,
      is_whole:
        (apiKey === null || apiKey === '' || isVariable(apiKey)) &&
        extraBody === null &&
        extraHeaders === null &&
        endpoint === withoutPassword(endpoint),
    }))
}

type Kept = NonNullable<RunManifest['terms']>['providers'][number]

/** The providers of a run that goes on: those that are named now, then those it was begun with. Throws where one is not kept whole. */
export function providersGoingOn(named: readonly ModelProvider[], kept: readonly Kept[]): ModelProvider[] {
  const others = kept.filter(({ name }) => !named.some(provider => provider.name === name))
  const secret = others.find(provider => !provider.is_whole)
  if (secret !== undefined)
    throw new TracewrightError(
      'usage',
      `Cannot resume: provider '${secret.name}' has a key or headers of its own, which runs do not keep`,
      {
        hint: 'Name it again as when the run was begun: --provider or --providers',
      },
    )
  return [
    ...named,
    ...others.map(
      ({ name, endpoint, provider_type, api_key }) => new ModelProvider({ name, endpoint, providerType: provider_type, apiKey: api_key }),
    ),
  ]
}

/** Whether a key is the name of a variable that holds it. */
export function isVariable(key: string | null): key is string {
  return key !== null && /^[A-Z][A-Z0-9_]*$/.test(key)
}

/** An endpoint without what may be secret in it. */
export function withoutPassword(endpoint: string): string {
  const url = URL.parse(endpoint)
  if (url === null || (url.username === '' && url.password === '' && url.search === '')) return endpoint
  url.username = url.password = url.search = ''
  return url.href.replace(/\/+$/, '')
}
