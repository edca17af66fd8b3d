import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { refuseIrregular } from './disk/regular-file.ts'
import { messageOf, TracewrightError } from './errors.ts'
import { refuseUnknownKeys } from './fields.ts'
import { isObject } from './json/json.ts'

/** What a module may export under `extensions`: lists of what the `define…` functions made. */
export const EXTENSION_KINDS = ['formats', 'codecs', 'columns', 'seeds', 'processors', 'validators', 'providers'] as const

/** One of them. */
export type ExtensionKind = (typeof EXTENSION_KINDS)[number]

/** Types of one module, by their kinds. */
export type ExtensionTypes = { readonly [kind in ExtensionKind]: readonly { name: string }[] }

/** What a package of the working folder, or a file, exports as `extensions`. Throws where it cannot be loaded, or exports something else. */
export async function extensionTypesOf(name: string): Promise<ExtensionTypes> {
  const { importModule, importPackage } = await import('./import-module.ts')
  const isFile = isFileName(name)
  if (isFile) refuseIrregular(resolve(name), 'load extensions')
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
    throw new TracewrightError('usage', `Cannot use extensions of '${name}': ${exported(module)}`, {
      hint: `Export them: export const extensions = { ${EXTENSION_KINDS.join(': [], ')}: [] }`,
    })
  refuseUnknownKeys(
    extensions,
    Object.fromEntries(EXTENSION_KINDS.map(kind => [kind, ['list', 'none', kind] as const])),
    `extensions of '${name}'`,
  )
  return Object.fromEntries(EXTENSION_KINDS.map(kind => [kind, typesIn(extensions[kind] ?? [], kind, name)])) as unknown as ExtensionTypes
}

function exported(module: { [name: string]: unknown }): string {
  if ('extensions' in module)
    return `its 'extensions' is ${Array.isArray(module['extensions']) ? 'a list' : 'no object'}, expected an object of lists`
  return `it exports ${Object.keys(module).join(', ') || 'nothing'}, expected 'extensions'`
}

/** Whether a file is meant rather than a package. */
function isFileName(name: string): boolean {
  return /^\.{0,2}\//.test(name) || (/\.[cm]?[jt]s$/.test(name) && existsSync(name))
}

function typesIn(types: unknown, kind: ExtensionKind, name: string): { name: string }[] {
  if (!Array.isArray(types) || !types.every(type => isObject(type) && typeof type['name'] === 'string'))
    throw new TracewrightError('usage', `Cannot use extensions of '${name}': ${kind} is no list of types, expected what define… made`)
  return types
}
