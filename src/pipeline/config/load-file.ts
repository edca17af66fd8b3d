import { existsSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { decodeText } from '../../disk/decode-text.ts'
import { readBytes } from '../../disk/read-file.ts'
import { refuseIrregular } from '../../disk/regular-file.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { importModule } from '../../import-module.ts'
import { systemReason } from '../../system-error.ts'
import type { ConfigParts } from '../plan/config-parts.ts'
import { farText, isFar } from './far-config.ts'
import { ConfigMistakes, type LoadOptions, partsFromJSON } from './load.ts'
import { readYaml } from './yaml/yaml-read.ts'

/** Read a config from a file, or from an address; the builder itself where the file is a module that exports one. */
export async function partsFromFile(path: string, options: LoadOptions): Promise<ConfigParts | { exported: object }> {
  if (isFar(path)) return readParts(await farText(path), path, process.cwd(), options)
  const file = resolve(path)
  if (!existsSync(file)) throw new TracewrightError('file', `Cannot load config '${path}': there is no such file`, { hint: BEGIN })
  refuseIrregular(file, 'load config')
  const extension = extname(file)
  if (['.ts', '.mts', '.js', '.mjs'].includes(extension)) return { exported: await loadModule(file, path) }
  if (!['.yaml', '.yml', '.json'].includes(extension))
    throw new TracewrightError(
      'usage',
      `Cannot load config '${path}': expected a name that ends in .yaml, .yml, .json, .ts, .mts, .js or .mjs`,
    )
  return readParts(textOf(file, path), path, dirname(file), options)
}

async function readParts(text: string, path: string, folder: string, options: LoadOptions): Promise<ConfigParts> {
  const value = readYaml(text, path)
  try {
    return partsFromJSON(value, options)
  } catch (error) {
    if (error instanceof ConfigMistakes) throw await error.complete(folder)
    if (!(error instanceof TracewrightError)) throw error
    throw new TracewrightError(error.kind, error.message, {
      where: error.where === null ? path : `${path}: ${error.where}`,
      ...(error.hint === null ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}

const BEGIN = 'Check the path, or begin with an example: tracewright init'

function textOf(file: string, path: string): string {
  let bytes: Buffer
  try {
    bytes = readBytes(file)
  } catch (error) {
    throw new TracewrightError('file', `Cannot load config '${path}': ${systemReason(error)}`, { cause: error })
  }
  return decodeText(bytes, 'load config', path)
}

async function loadModule(file: string, path: string): Promise<object> {
  let module: { [name: string]: unknown }
  try {
    module = await importModule(file)
  } catch (error) {
    throw new TracewrightError('config', `Cannot load config module: ${messageOf(error)}`, { where: path, cause: error })
  }
  const make = module['loadConfigBuilder']
  const exported = typeof make === 'function' ? await make() : (module['configBuilder'] ?? module['default'])
  if (isBuilder(exported)) return exported
  throw new TracewrightError(
    'config',
    `Cannot load config module: it exports ${Object.keys(module).join(', ') || 'nothing'}, expected a DataDesignerConfigBuilder`,
    {
      where: path,
      hint: "Export it as 'configBuilder', as default, or return it from 'loadConfigBuilder()'",
    },
  )
}

/** Judged by its shape: a config may import another copy of this package. */
function isBuilder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'columns' in value && 'withSeedDataset' in value
}
