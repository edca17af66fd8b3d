import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
/** Root of the repository. */
export const root = join(import.meta.dirname, '..')
/** Files below a folder of the repository, with `/`, in order. */
export function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort()
}
/** TypeScript sources that are shipped. */
export const sources = filesBelow('src').filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts'))
/** Text of a file of the repository. */
export function textOf(path) {
  return readFileSync(join(root, path), 'utf8')
}
/** Modules a source imports, static and dynamic, types included. */
export function importsOf(path) {
  const text = textOf(path)
  const pattern = /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'|import\('([^']+)'\)/g
  return [...text.matchAll(pattern)].map(match => match[1] ?? match[2] ?? match[3])
}
