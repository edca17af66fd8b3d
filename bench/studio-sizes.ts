// How much script and style the pages of the studio are, as a browser takes them. A test holds them to their budgets.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Some files of the studio: their bytes, compressed, and how many these may be. */
export type StudioSize = { what: string; bytes: number; budget: number }

const folder = join(import.meta.dirname, '..', 'dist', 'pages')

/** What is loaded before something is seen, and in all. */
export function studioSizes(): StudioSize[] {
  const names = readdirSync(folder).filter(name => /\.(?:js|css)$/.test(name))
  const size = (some: readonly string[]) => some.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0)
  return [
    { what: 'script before anything is shown, compressed', bytes: size(withImports(names, [])), budget: 30 * 1024 },
    { what: 'script before a session is read', bytes: size(withImports(names, ['session'])), budget: 30 * 1024 },
    { what: 'script and style of all pages', bytes: size(names), budget: 130 * 1024 },
  ]
}

/** The scripts of pages with all that they import at once. What is loaded later, when it is asked for, is none of it. */
function withImports(names: readonly string[], pages: readonly string[]): string[] {
  const isPage = (name: string) => pages.some(page => new RegExp(`^${page}-.{8}\\.js$`).test(name))
  const wanted = new Set(names.filter(name => name === 'studio.js' || isPage(name)))
  for (const name of wanted)
    for (const [, imported] of readFileSync(join(folder, name), 'utf8').matchAll(/from\s*["'`]\.\/([^"'`]+)/g)) wanted.add(imported!)
  return [...wanted]
}
