import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readText } from './disk/read-file.ts'
import { packageRoot } from './package-version.ts'

/**
 * Import a module that a user names: a config, or functions of custom columns. It runs wherever the command line runs. TypeScript is
 * taken as an ES module where it is written as one, whatever the `type` of its folder, also below node_modules; `tracewright` is the
 * package that runs, and `zod` is its copy where the folder has none. Throws what the module throws.
 */
export async function importModule(file: string): Promise<{ [name: string]: unknown }> {
  hook()
  return (await import(pathToFileURL(file).href)) as { [name: string]: unknown }
}

/** Import a package as a module of the working folder would: of its `node_modules`, or of those of the folders above. */
export async function importPackage(name: string): Promise<{ [name: string]: unknown }> {
  hook()
  return (await import(`${OF_FOLDER}${name}`)) as { [name: string]: unknown }
}

/** Begins the name of a package that the working folder has. */
const OF_FOLDER = 'tracewright-of-folder:'

let hooked = false

function hook(): void {
  if (hooked) return
  hooked = true
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith(OF_FOLDER))
        return next(specifier.slice(OF_FOLDER.length), { ...context, parentURL: pathToFileURL(join(process.cwd(), 'package.json')).href })
      if (specifier === PACKAGE) return { url: ownEntry(), shortCircuit: true }
      try {
        return next(specifier, context)
      } catch (error) {
        if (!LENT.includes(specifier) || !isMissing(error)) throw error
        return next(specifier, { ...context, parentURL: pathToFileURL(join(packageRoot(), 'package.json')).href })
      }
    },
    load(url, context, next) {
      if (!url.startsWith('file:') || !/\.m?ts$/.test(new URL(url).pathname) || url.startsWith(ownSources())) return next(url, context)
      const source = readText(fileURLToPath(url))
      if (!url.endsWith('.mts') && !IS_MODULE.test(source)) return next(url, context)
      return { format: 'module', source: javaScriptOf(source), shortCircuit: true }
    },
  })
}

const PACKAGE = 'tracewright'

/** What a config may need besides, and an installation of this package has anyway. */
const LENT: readonly string[] = ['zod']

/** A statement that only ES modules have, at the start of a line. */
const IS_MODULE = /^\s*(?:import\b(?!\s*\()|export\b)/m

/** Entry of the running package: beside the bundled command line, beside the emitted modules, or the sources. */
function ownEntry(): string {
  for (const candidate of ['index.js', '../index.js', 'index.ts']) {
    const url = new URL(candidate, import.meta.url)
    if (existsSync(fileURLToPath(url))) return url.href
  }
  throw new Error(`Cannot find the entry of this package beside ${import.meta.url}`)
}

function ownSources(): string {
  return pathToFileURL(join(packageRoot(), 'src/')).href
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
}

/** Node marks taking types off as experimental, once for each process and for everybody to read: it is no news to who runs a config. */
function javaScriptOf(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return nodeModule.stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
