// Writes the skeleton of an extension and its line in the registry: `npm run new column word-count`. Its contract says what is missing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { SKELETONS } from './skeletons.ts'

const root = join(import.meta.dirname, '..')
const { positionals } = parseArgs({ allowPositionals: true })
const [kind = '', name = ''] = positionals
const make = Object.hasOwn(SKELETONS, kind) ? SKELETONS[kind]! : null
if (make === null) fail(`Cannot make a new '${kind}': expected one of ${Object.keys(SKELETONS).join(', ')}`)
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) fail(`Cannot call it '${name}': expected a name in kebab case, such as 'word-count'`)

const { files, registry, contract } = make(name)
const taken = Object.keys(files).find(path => existsSync(join(root, path)))
if (taken !== undefined) fail(`Cannot write '${taken}': it is there already`)
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const [head = '', ...lines] = readFileSync(join(root, registry.path), 'utf8').trimEnd().split('\n')
const placeOf = (line: string) => / from '(.*)\.ts'/.exec(line)?.[1] ?? ''
const sorted = [...lines, registry.line].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
writeFileSync(join(root, registry.path), `${[head, ...sorted].join('\n')}\n`)
console.log(`Wrote ${[...Object.keys(files), registry.path].join(', ')}
Make it what it is meant to be. What is still missing is said by: npx vitest run ${contract}
Then: npm run docs, and a line in CHANGELOG.md`)

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
