import { resolve } from 'node:path'
import { messageOf, TracewrightError } from '../errors.ts'
import type { DataDesignerConfigBuilder } from '../pipeline/builder.ts'

/** Load a config, with the functions a module exports for its custom columns. */
export async function loadWithFunctions(path: string, functionsFile: string | null): Promise<DataDesignerConfigBuilder> {
  const { loadConfig } = await import('../pipeline/builder.ts')
  return loadConfig(path, functionsFile === null ? {} : { functions: await exportsOf(functionsFile) })
}

async function exportsOf(file: string): Promise<{ [name: string]: unknown }> {
  try {
    const { importModule } = await import('../pipeline/import-module.ts')
    return { ...(await importModule(resolve(file))) }
  } catch (error) {
    throw new TracewrightError('usage', `Cannot load functions: ${messageOf(error)}`, { where: file, cause: error })
  }
}
