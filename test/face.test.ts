import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as face from 'tracewright'
import { afterAll, describe, expect, it } from 'vitest'
import { apiPage } from '../scripts/api-page.ts'
import { type Declaration, publicDeclarations } from '../scripts/declarations.ts'
import { root, textOf } from './sources.ts'

const dist = join(root, 'dist')
const declarations = publicDeclarations(dist)

it('all that the package exports, and all that this names, says what it is', () => {
  expect(untold(declarations)).toEqual([])
})

it('every member of a public type says what it is, by itself or where it is inherited from', () => {
  expect(bareMembers(declarations)).toEqual([])
})

it('finds types and members at all, those that are named by others too', () => {
  const row = declarations.find(({ name }) => name === 'RolloutRow')!
  expect(row.members.map(({ name }) => name)).toContain('final_assistant_message')
  expect(row.members.find(({ name }) => name === 'message_count')).toMatchObject({
    signature: 'message_count: number',
    doc: expect.any(String),
  })
  expect(declarations.find(({ name }) => name === 'Tools')).toMatchObject({ isExported: false })
  expect(declarations.flatMap(({ members }) => members).length).toBeGreaterThan(1500)
  // What the entry beside the main one exports is there, too.
  expect(declarations.map(({ name }) => name)).toContain('parseLossless')
})

it('docs/api.md is what `npm run docs` writes, and names every export', () => {
  expect(textOf('docs/api.md')).toBe(apiPage(dist))
  const names = new Set(declarations.flatMap(({ name, isExported }) => (isExported ? [name] : [])))
  expect(Object.keys(face).filter(name => !names.has(name))).toEqual([])
})

describe('what says nothing of itself is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-face-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  let count = 0
  const bareIn = (files: { [path: string]: string }) => {
    const dist = join(folder, String(count++))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dist, path)), { recursive: true })
      writeFileSync(join(dist, path), text)
    }
    const found = publicDeclarations(dist, ['index.d.ts'])
    return [...untold(found), ...bareMembers(found)].map(place => place.replace(/ in .*/, ''))
  }

  it.each<[what: string, files: { [path: string]: string }, bare: string[]]>([
    ['on a line of its own', { 'index.d.ts': '/** A. */\nexport type A = { a: string }' }, ['A.a']],
    [
      'given on under another name',
      { 'index.d.ts': "export { B as A } from './b.ts'", 'b.d.ts': 'export type B = { a: string }' },
      ['B', 'B.a'],
    ],
    ['given on as all of a file', { 'index.d.ts': "export * from './b.ts'", 'b.d.ts': 'export declare const b: 1' }, ['b']],
    ['exported behind', { 'index.d.ts': 'type B = 1\nexport { type B as A }' }, ['B']],
    [
      'named with its file',
      { 'index.d.ts': "/** A. */\nexport declare const a: import('./b.ts').B<1>", 'b.d.ts': '/** B. */\nexport type B<T> = {\n  b: T\n}' },
      ['B.b'],
    ],
    [
      'an overload',
      { 'index.d.ts': '/** A. */\nexport declare function a(of: string): string\nexport declare function a(of: number): number' },
      ['a'],
    ],
    [
      'an overload of a method',
      { 'index.d.ts': '/** A. */\nexport declare class A {\n  /** A. */\n  a(): void\n  a(of: 1): void\n}' },
      ['A.a'],
    ],
    [
      'inherited from what nobody can name',
      {
        'index.d.ts': "import { B } from './b.ts'\n/** A. */\nexport declare class A extends B {\n  /** A. */\n  a: 1\n}",
        'b.d.ts': '/** B. */\nexport declare class B {\n  b: 1\n  private c: 1\n}',
      },
      ['B.b'],
    ],
    [
      'an option that is written where it is taken',
      { 'index.d.ts': '/** A. */\nexport declare function a(of: string, { b }?: { b?: 1 }): Promise<{ c: 1 }[]>' },
      ['a.({}).b', 'a.c'],
    ],
    ['inside of a member', { 'index.d.ts': '/** A. */\nexport type A = {\n  /** A. */\n  a: { b: 1 } | null\n}' }, ['A.a.b']],
    ['one of several shapes', { 'index.d.ts': '/** A. */\nexport type A = { /** A. */ a: 1 } | ({ b: 1 } & { /** C. */ c: 1 })' }, ['A.b']],
    [
      'an option of a constructor',
      { 'index.d.ts': '/** A. */\nexport declare class A {\n  constructor(options: { b: 1 })\n}' },
      ['A.constructor(options).b'],
    ],
  ])('%s', (_, files, bare) => expect(bareIn(files)).toEqual(bare))

  it('and what says it is not, nor what is internal or private', () => {
    const text = `/** A. */
export declare class A extends B implements C {
  /** @internal */
  constructor(options: { a: 1 });
  /** @internal Internal. */
  b: Unknown;
  private c: { d: 1 };
  /** The fourth. */
  d: 1;
  fromB(): void;
  fromC: 1;
}
/** B. */
declare class B {
  /** Of B. */
  fromB(): void;
}
/** C. */
interface C {
  /** Of C. */
  fromC: 1;
}
export type Unknown = 1
`
    expect(bareIn({ 'index.d.ts': text.replace('export type Unknown', 'type Unknown') })).toEqual([])
  })
})

/** Declarations, each overload for itself, that say nothing. */
function untold(declarations: readonly Declaration[]): string[] {
  return declarations.filter(({ docs }) => docs.some(doc => !doc)).map(({ name, file }) => `${name} in ${file}`)
}

function bareMembers(declarations: readonly Declaration[]): string[] {
  return declarations.flatMap(declaration =>
    declaration.members
      .filter(({ name, doc }) => !doc && name !== 'constructor' && !name.startsWith('[') && !isInherited(declaration, name))
      .map(({ name }) => `${declaration.name}.${name} in ${declaration.file}`),
  )
}

function isInherited({ bases }: Declaration, name: string): boolean {
  return bases.some(base => base.members.some(member => member.name === name && member.doc) || isInherited(base, name))
}
