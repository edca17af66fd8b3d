import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf, TracewrightError } from '../../errors.ts'
import { refuseUnknownKeys } from '../../fields.ts'
import { isObject } from '../../json/json.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import type { ProviderType } from '../../model/provider.ts'
import type { Extensions } from '../../pipeline/config/load.ts'

/** What modules add to what a config can name, and protocols that providers speak. */
export type CliExtensions = Extensions & { providers?: readonly ProviderType[] }

const KINDS = ['columns', 'seeds', 'processors', 'validators', 'providers'] as const

/** What packages and files export as `extensions`. Throws where one cannot be loaded, or exports something else. */
export async function extensionsOf(names: readonly string[]): Promise<CliExtensions> {
  const all: { [kind in (typeof KINDS)[number]]: { name: string }[] } = {
    columns: [],
    seeds: [],
    processors: [],
    validators: [],
    providers: [],
  }
  for (const name of names) {
    const exported = await exportedBy(name)
    for (const kind of KINDS) {
      const types: unknown = exported[kind] ?? []
      if (!Array.isArray(types) || !types.every(type => isObject(type) && typeof type['name'] === 'string'))
        throw new TracewrightError('usage', `Cannot use extensions of '${name}': ${kind} is no list of types, expected what define… made`)
      all[kind].push(...(types as { name: string }[]))
    }
  }
  return all as unknown as CliExtensions
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

async function exportedBy(name: string): Promise<{ readonly [kind: string]: unknown }> {
  const { importModule, importPackage } = await import('../../pipeline/config/import-module.ts')
  const isFile = /^\.{0,2}\//.test(name) || (/\.[cm]?[jt]s$/.test(name) && existsSync(name))
  let module: { [name: string]: unknown }
  try {
    module = isFile ? await importModule(resolve(name)) : await importPackage(name)
  } catch (error) {
    throw new TracewrightError('usage', `Cannot load extensions '${name}': ${messageOf(error)}`, {
      cause: error,
      ...(isFile ? {} : { hint: `Install it here: npm install ${name}; a file begins with ./` }),
    })
  }
  const { extensions } = module
  if (!isObject(extensions))
    throw new TracewrightError(
      'usage',
      `Cannot use extensions of '${name}': it exports ${Object.keys(module).join(', ') || 'nothing'}, expected 'extensions'`,
      {
        hint: `Export them: export const extensions = { ${KINDS.join(': [], ')}: [] }`,
      },
    )
  refuseUnknownKeys(extensions, Object.fromEntries(KINDS.map(kind => [kind, ['list', 'none', kind] as const])), `extensions of '${name}'`)
  return extensions
}
