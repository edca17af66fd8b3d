// What users of the package can name or meet, read from the types that are shipped with a parser: docs/api.md is made of it, and
// test/face.test.ts asks it for what says nothing of itself.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSync } from 'rolldown/utils'

/** A field or method of a public type, with what is said of it. */
export type Member = {
  /** Its name; of a member of an object that stands inside another one, the names on the way to it: `export(options).nested`. */
  name: string
  signature: string
  doc: string | null
  /** How many objects it stands inside of: 0 for the members of the type itself. */
  depth: number
}

/** Something that users of the package can name, or meet in what they can name. */
export type Declaration = {
  name: string
  kind: 'type' | 'interface' | 'class' | 'function' | 'const'
  /** File of `dist/`, without the ending. */
  file: string
  /** What is said of it; of a function with overloads, of the first. */
  doc: string | null
  /** What is said of each of its overloads, one of other declarations. */
  docs: (string | null)[]
  /** The declaration as it stands in the file. */
  text: string
  /** Its members, each in front of those inside of it. */
  members: Member[]
  /** What it extends and implements. */
  bases: Declaration[]
  /** Whether the package exports it; else others that it exports name it. */
  isExported: boolean
}

/** All that a package exports through these files, and all that this names, but for what is internal. */
export function publicDeclarations(dist: string, entries: readonly string[] = entriesOf(dist)): Declaration[] {
  const files = new Map<string, FileNames>()
  const fileAt = (path: string) => {
    if (!files.has(path)) files.set(path, readFile(path))
    return files.get(path)!
  }
  const found = new Map<string, Declaration>()
  const baseNames = new Map<Declaration, { path: string; name: string }[]>()
  const queue = entries.flatMap(entry => {
    const path = join(dist, entry)
    return exportsOf(path, fileAt).map(name => ({ name, path, isExported: true }))
  })
  for (const { name, path, isExported } of queue) {
    const place = placeOf(name, path, fileAt)
    if (place === null) continue
    const key = `${place.path} ${place.name}`
    if (found.has(key)) continue
    const nodes = fileAt(place.path).declarations.get(place.name)!
    const { declaration, names, elsewhere, bases } = declarationOf(place.name, nodes, fileAt(place.path).text)
    const file = relative(dist, place.path)
      .replace(/\.d\.ts$/, '')
      .replaceAll('\\', '/')
    const made = { ...declaration, file, isExported }
    found.set(key, made)
    baseNames.set(
      made,
      bases.map(base => ({ path: place.path, name: base })),
    )
    for (const word of names) queue.push({ name: word, path: place.path, isExported: false })
    for (const { name, from } of elsewhere) queue.push({ name, path: pathFrom(place.path, from), isExported: false })
  }
  for (const [declaration, bases] of baseNames)
    declaration.bases = bases.flatMap(({ path, name }) => {
      const place = placeOf(name, path, fileAt)
      return place === null ? [] : (found.get(`${place.path} ${place.name}`) ?? [])
    })
  return [...found.values()].filter(({ doc }) => !isInternal(doc))
}

/** The files of types that the package names in its `exports`. */
function entriesOf(dist: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8')) as { exports: { [path: string]: unknown } }
  return Object.values(exports).flatMap(target =>
    typeof target === 'object' && target !== null && 'types' in target ? relative('dist', String(target.types).slice(2)) : [],
  )
}

type Node = { type: string; start: number; end: number; [key: string]: unknown }

/** What a file of types declares, imports and exports, by its names in that file. */
type FileNames = {
  text: string
  declarations: Map<string, Node[]>
  imports: Map<string, { name: string; path: string }>
  /** Names under which it exports its own, and others' by `export … from`. */
  exports: Map<string, string>
  /** Files of which it exports all. */
  all: string[]
}

const KINDS: { readonly [type: string]: Declaration['kind'] } = {
  TSTypeAliasDeclaration: 'type',
  TSInterfaceDeclaration: 'interface',
  ClassDeclaration: 'class',
  TSDeclareFunction: 'function',
  VariableDeclaration: 'const',
}

function readFile(path: string): FileNames {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const names: FileNames = { text, declarations: new Map(), imports: new Map(), exports: new Map(), all: [] }
  const pathOf = (from: unknown) => pathFrom(path, String((from as Node)['value']))
  for (const statement of parseSync(path, text, { lang: 'dts' }).program.body as unknown as Node[]) {
    const from = statement['source'] as Node | null | undefined
    if (statement.type === 'ImportDeclaration' && String(from!['value']).startsWith('.'))
      for (const one of (statement['specifiers'] as Node[]).filter(({ type }) => type === 'ImportSpecifier'))
        names.imports.set(nameOf(one['local']), { name: nameOf(one['imported']), path: pathOf(from) })
    if (statement.type === 'ExportAllDeclaration') names.all.push(pathOf(from))
    const isExported = statement.type === 'ExportNamedDeclaration'
    for (const one of isExported ? (statement['specifiers'] as Node[]) : []) {
      const [local, exported] = [nameOf(one['local']), nameOf(one['exported'])]
      // What is given on has no name here: it gets one that no other can have.
      if (from) names.imports.set(`export ${exported}`, { name: local, path: pathOf(from) })
      names.exports.set(exported, from ? `export ${exported}` : local)
    }
    const declared = (isExported ? statement['declaration'] : statement) as Node | null
    if (declared === null || !Object.hasOwn(KINDS, declared.type)) continue
    // Each with the place where its comment ends.
    const node = { ...declared, commented: statement.start }
    const declaredNames = declared.type === 'VariableDeclaration' ? (declared['declarations'] as Node[]) : [declared]
    for (const one of declaredNames) {
      const name = nameOf(one['id'])
      names.declarations.set(name, [...(names.declarations.get(name) ?? []), node])
      if (isExported) names.exports.set(name, name)
    }
  }
  return names
}

/** The file of types that another one names so. */
function pathFrom(path: string, name: string): string {
  return join(dirname(path), name.replace(/\.(?:ts|js)$/, '.d.ts'))
}

function exportsOf(path: string, fileAt: (path: string) => FileNames): string[] {
  const { exports, all } = fileAt(path)
  return [...exports.values(), ...all.flatMap(other => exportsOf(other, fileAt))]
}

/** Where a name of a file is declared; null for one that is not the package's. */
function placeOf(name: string, path: string, fileAt: (path: string) => FileNames): { path: string; name: string } | null {
  const { declarations, imports, exports, all } = fileAt(path)
  if (declarations.has(name)) return { path, name }
  const imported = imports.get(name)
  if (imported !== undefined) return placeOf(imported.name, imported.path, fileAt)
  const local = exports.get(name)
  if (local !== undefined && local !== name) return placeOf(local, path, fileAt)
  for (const other of all) {
    const place = placeOf(name, other, fileAt)
    if (place !== null) return place
  }
  return null
}

function declarationOf(name: string, nodes: readonly Node[], text: string) {
  const [first] = nodes as [Node]
  const found = new Walk(text)
  for (const node of nodes) found.walk(node)
  const docs = nodes.map(node => docBefore(text, Number(node['commented'])))
  const declaration: Omit<Declaration, 'file' | 'isExported'> = {
    name,
    kind: KINDS[first.type]!,
    doc: docs.find(doc => doc !== null) ?? null,
    // A type and a constant of one name are told by either of them.
    docs: new Set(nodes.map(({ type }) => type)).size > 1 ? docs.slice(0, 1) : docs,
    text: text.slice(Number(first['commented']), first.end),
    members: found.members,
    bases: [],
  }
  return { declaration, names: found.names, elsewhere: found.elsewhere, bases: found.bases }
}

const MEMBERS = /^(?:TSPropertySignature|TSMethodSignature|(?:TSAbstract)?(?:PropertyDefinition|MethodDefinition)|AccessorProperty)$/

/** Gathers the members of a declaration, whatever type they stand in, and the names of types in it. */
class Walk {
  readonly members: Member[] = []
  readonly names = new Set<string>()
  /** Types of other files that are named with their file: `import('./row.ts').Row`. */
  readonly elsewhere: { name: string; from: string }[] = []
  readonly bases: string[] = []
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  walk(node: Node, around = '', depth = 0): void {
    const { type } = node
    if (MEMBERS.test(type)) {
      this.member(node, around, depth)
      return
    }
    if (type === 'TSTypeReference') this.name(node['typeName'])
    if (type === 'TSImportType' && isNode(node['qualifier']))
      this.elsewhere.push({ name: nameOf(node['qualifier']), from: nameOf(node['source']) })
    if (type === 'TSTypeQuery') this.name(node['exprName'])
    if (type === 'TSInterfaceHeritage' || type === 'TSClassImplements') this.base(node['expression'])
    if (type === 'ClassDeclaration') this.base(node['superClass'])
    for (const [key, child] of Object.entries(node)) {
      // A parameter is on the way to the members of its object.
      const isGiven = key === 'params' && type !== 'TSTypeParameterInstantiation'
      const way = (at: Node) => (isGiven ? `${around}(${nameOf(at) || '{}'})` : around)
      for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) this.walk(one, way(one), depth + (isGiven ? 1 : 0))
    }
  }

  private member(node: Node, around: string, depth: number): void {
    const doc = docBefore(this.text, node.start)
    const key = node['key'] as Node
    const accessibility = node['accessibility']
    if (accessibility === 'private' || key.type === 'PrivateIdentifier' || node['kind'] === 'set' || isInternal(doc)) return
    const name = `${around === '' ? '' : `${around}.`}${node['computed'] ? `[${nameOf(key)}]` : nameOf(key)}`
    const signature = bare(this.text.slice(node.start, node.end)).replace(/[;,]$/, '')
    this.members.push({ name, signature, doc, depth })
    for (const [key, child] of Object.entries(node)) if (key !== 'key' && isNode(child)) this.walk(child, name, depth + 1)
  }

  private name(node: unknown): void {
    if (isNode(node) && node.type === 'Identifier') this.names.add(nameOf(node))
  }

  private base(node: unknown): void {
    if (!isNode(node) || node.type !== 'Identifier') return
    this.names.add(nameOf(node))
    this.bases.push(nameOf(node))
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function nameOf(node: unknown): string {
  const { name, value, left, argument, parameter } = node as { [key: string]: unknown }
  const inner = left ?? argument ?? parameter
  return inner === undefined ? String(name ?? value ?? '') : nameOf(inner)
}

function isInternal(doc: string | null): boolean {
  return doc?.includes('@internal') ?? false
}

/** Source text on one line, without its comments. */
function bare(text: string): string {
  return text
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The text of the doc comment that ends in front of a place. */
function docBefore(text: string, at: number): string | null {
  const before = text.slice(0, at).replace(/(?:\/\/ biome-ignore[^\n]*|\s)+$/, '')
  if (!before.endsWith('*/')) return null
  return before
    .slice(before.lastIndexOf('/**'))
    .split('\n')
    .map(line => line.replace(/^\s*(?:\/\*\*|\*\/|\*)?\s?/, '').replace(/\s*\*\/$/, ''))
    .join(' ')
    .trim()
}
