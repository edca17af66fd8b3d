import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Compat } from '../compat.ts'
import { refuseIrregular } from '../disk/regular-file.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import type { DataDesignerConfigBuilder } from '../pipeline/builder.ts'
import type { LoadOptions } from '../pipeline/load.ts'

/**
 * Load a config, with the functions a module exports for its custom columns. It is held to the providers, MCP servers and rules it will be
 * run with, so that one round tells all that is wrong.
 */
export async function loadWithFunctions(
  path: string,
  { functions, compat = null }: { functions?: string; compat?: Compat | null },
  heldTo: Pick<LoadOptions, 'providers' | 'mcpProviders'>,
): Promise<DataDesignerConfigBuilder> {
  const { loadConfig } = await import('../pipeline/builder.ts')
  return loadConfig(path, { ...heldTo, compat, ...(functions === undefined ? {} : { functions: await functionsOf(functions) }) })
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
    const { importModule } = await import('../pipeline/import-module.ts')
    return { ...(await importModule(resolve(file))) }
  } catch (error) {
    throw new TracewrightError('usage', `Cannot load functions: ${messageOf(error)}`, { where: file, cause: error })
  }
}
