import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** A field or method of a public type, with what is said of it. */
export type Member = { name: string; signature: string; doc: string | null }

/** Something that users of the package can name, or meet in what they can name. */
export type Declaration = {
  name: string
  kind: 'type' | 'interface' | 'class' | 'function' | 'const'
  /** File of `dist/`, without the ending. */
  file: string
  doc: string | null
  /** The declaration as it stands in the file. */
  text: string
  members: Member[]
  /** Whether the package exports it; else others that it exports name it. */
  isExported: boolean
}

/** What the package exports, and all that this names, read from the types that are shipped. */
export function publicDeclarations(dist: string): Declaration[] {
  const files = new Map<string, FileDeclarations>()
  const fileAt = (path: string) => {
    if (!files.has(path)) files.set(path, readDeclarations(path))
    return files.get(path)!
  }
  const found = new Map<string, Declaration>()
  const queue = exportsOf(readFileSync(join(dist, 'index.d.ts'), 'utf8')).map(({ name, from }) => ({
    name,
    path: pathOf(join(dist, 'index.d.ts'), from),
    isExported: true,
  }))
  for (const { name, path, isExported } of queue) {
    if (found.has(`${path} ${name}`)) continue
    const { imports, declarations } = fileAt(path)
    const declared = declarations.get(name)
    const imported = imports.get(name)
    if (declared === undefined) {
      if (imported !== undefined) queue.push({ name: imported.name, path: pathOf(path, imported.from), isExported })
      continue
    }
    const file = relative(dist, path)
      .replace(/\.d\.ts$/, '')
      .replaceAll('\\', '/')
    found.set(`${path} ${name}`, { ...declared, file, isExported, members: membersOf(declared.text) })
    for (const word of new Set(publicPart(declared.text).match(/\b[A-Z]\w*\b/g)))
      if (word !== name && (declarations.has(word) || imports.has(word))) queue.push({ name: word, path, isExported: false })
  }
  return [...found.values()].filter(({ doc }) => !doc?.includes('@internal'))
}

type FileDeclarations = {
  imports: Map<string, { name: string; from: string }>
  declarations: Map<string, Omit<Declaration, 'file' | 'members' | 'isExported'>>
}

function readDeclarations(path: string): FileDeclarations {
  const imports: FileDeclarations['imports'] = new Map()
  const declarations: FileDeclarations['declarations'] = new Map()
  if (!existsSync(path)) return { imports, declarations }
  const text = readFileSync(path, 'utf8')
  for (const [, names, from] of text.matchAll(/^(?:import|export)(?: type)? \{([^}]*)\} from '([^']+)';$/gm))
    if (from!.startsWith('.')) for (const { name, as } of namesIn(names!)) imports.set(as, { name, from: from! })
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const head = /^(?:export )?(?:declare )?(?:abstract )?(type|interface|class|function|const) (\w+)/.exec(lines[at]!)
    if (head === null) continue
    let end = at
    while (end + 1 < lines.length && !/[;}]$/.test(lines[end]!) ? true : depthOf(lines.slice(at, end + 1)) > 0) end++
    const [, kind, name] = head as unknown as [string, Declaration['kind'], string]
    // Of the overloads of a function the first one is told.
    if (!declarations.has(name))
      declarations.set(name, { name, kind, doc: docBefore(lines, at), text: lines.slice(at, end + 1).join('\n') })
  }
  return { imports, declarations }
}

/** Fields and methods; those of an object inside are told by the comment of what holds it. What is private or internal is none. */
function membersOf(text: string): Member[] {
  const lines = text.split('\n')
  return lines.flatMap((line, i) => {
    if (i === 0 || isComment(line)) return []
    const [, modifiers, name] =
      /^ {4}((?:readonly |static |abstract |protected |private |get |set )*)(\w+|\[[\w.: ]+\]|'[^']+')\??(?=[:(<]|;$)/.exec(line) ?? []
    if (name === undefined || modifiers!.includes('private') || modifiers!.includes('set ')) return []
    const doc = docBefore(lines, i)
    return doc?.includes('@internal') ? [] : [{ name, signature: line.trim().replace(/;$/, ''), doc }]
  })
}

function publicPart(text: string): string {
  return text
    .split('\n')
    .filter(line => !isComment(line) && !/^\s+private /.test(line))
    .join('\n')
}

function isComment(line: string): boolean {
  return /^\s*(?:\/\*\*|\*)/.test(line)
}

/** The text of the doc comment that ends above a line. */
function docBefore(lines: readonly string[], at: number): string | null {
  let end = at - 1
  while (end >= 0 && /^\s*\/\/ biome-ignore/.test(lines[end]!)) end--
  if (end < 0 || !lines[end]!.trim().endsWith('*/')) return null
  let start = end
  while (!lines[start]!.trim().startsWith('/**')) start--
  return lines
    .slice(start, end + 1)
    .map(line => line.replace(/^\s*(?:\/\*\*|\*\/|\*)?\s?/, '').replace(/\s*\*\/$/, ''))
    .join(' ')
    .trim()
}

function depthOf(lines: readonly string[]): number {
  let depth = 0
  for (const line of lines)
    if (!isComment(line)) for (const c of line.replace(/'[^']*'/g, '')) depth += '{(['.includes(c) ? 1 : '})]'.includes(c) ? -1 : 0
  return depth
}

function exportsOf(index: string): { name: string; from: string }[] {
  return [...index.matchAll(/^export(?: type)? \{([^}]*)\} from '([^']+)';$/gm)].flatMap(([, names, from]) =>
    namesIn(names!).map(({ name }) => ({ name, from: from! })),
  )
}

function namesIn(list: string): { name: string; as: string }[] {
  return list
    .split(',')
    .map(part => part.replace(/\btype\b/, '').trim())
    .filter(part => part !== '')
    .map(part => ({ name: part.split(' as ')[0]!, as: part.split(' as ').at(-1)! }))
}

function pathOf(path: string, from: string): string {
  return join(dirname(path), from.replace(/\.(?:ts|js)$/, '.d.ts'))
}
