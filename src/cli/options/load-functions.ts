import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Compat } from '../../compat.ts'
import { refuseIrregular } from '../../disk/regular-file.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import type { DataDesignerConfigBuilder } from '../../pipeline/config/builder.ts'
import type { Settings } from './provider-options.ts'

/**
 * Load a config, with the functions a module exports for its custom columns. It is held to the providers, MCP servers and rules it will be
 * run with, so that one round tells all that is wrong; its columns may name the defaults.
 */
export async function loadWithFunctions(
  path: string,
  { functions, compat = null }: { functions?: string; compat?: Compat | null },
  {
    modelProviders: providers,
    mcpProviders,
    defaults,
    extensions,
  }: Omit<Settings, 'mcpProviders' | 'managedAssetsPath'> & Partial<Settings>,
): Promise<DataDesignerConfigBuilder> {
  const { loadConfig } = await import('../../pipeline/config/builder.ts')
  return loadConfig(path, {
    providers,
    defaults,
    extensions,
    compat,
    ...(mcpProviders === undefined ? {} : { mcpProviders }),
    ...(functions === undefined ? {} : { functions: await functionsOf(functions) }),
  })
}

/** What a module exports: functions for custom columns. */
export async function functionsOf(file: string): Promise<{ [name: string]: unknown }> {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined)
    throw new TracewrightError('usage', 'Cannot load functions: there is no such file', {
      where: file,
      hint: 'Name a module that exports the functions by the names that custom columns have for them',
    })
  if (stats.isDirectory()) throw new TracewrightError('usage', 'Cannot load functions: it is a folder, expected a file', { where: file })
  refuseIrregular(file, 'load functions')
  try {
    const { importModule } = await import('../../import-module.ts')
    return { ...(await importModule(resolve(file))) }
  } catch (error) {
    throw new TracewrightError('usage', `Cannot load functions: ${messageOf(error)}`, { where: file, cause: error })
  }
}
