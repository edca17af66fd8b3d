import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { refuseIrregular } from '../disk/regular-file.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import type { DataDesignerConfigBuilder } from '../pipeline/builder.ts'
import type { Settings } from './provider-options.ts'

/** Load a config, with the functions a module exports for its custom columns; its models are held to the providers there are, its columns may name the defaults. */
export async function loadWithFunctions(
  path: string,
  functionsFile: string | null,
  { modelProviders, defaults, extensions }: Pick<Settings, 'modelProviders' | 'defaults' | 'extensions'>,
): Promise<DataDesignerConfigBuilder> {
  const { loadConfig } = await import('../pipeline/builder.ts')
  return loadConfig(path, {
    providers: modelProviders,
    defaults,
    extensions,
    ...(functionsFile === null ? {} : { functions: await functionsOf(functionsFile) }),
  })
}

/** What a module exports: functions for custom columns. */
export async function functionsOf(file: string): Promise<{ [name: string]: unknown }> {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw new TracewrightError('usage', 'Cannot load functions: there is no such file', { where: file })
  if (stats.isDirectory()) throw new TracewrightError('usage', 'Cannot load functions: it is a folder, expected a file', { where: file })
  refuseIrregular(file, 'load functions')
  try {
    const { importModule } = await import('../pipeline/import-module.ts')
    return { ...(await importModule(resolve(file))) }
  } catch (error) {
    throw new TracewrightError('usage', `Cannot load functions: ${messageOf(error)}`, { where: file, cause: error })
  }
}
