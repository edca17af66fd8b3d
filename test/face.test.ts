import { join } from 'node:path'
import * as face from 'tracewright'
import { expect, it } from 'vitest'
import { apiPage, exportedNames } from '../scripts/api-page.ts'
import { type Declaration, publicDeclarations } from '../scripts/declarations.ts'
import { root, textOf } from './sources.ts'

const dist = join(root, 'dist')
const declarations = publicDeclarations(dist)

it('all that the package exports, and all that this names, says what it is', () => {
  expect(declarations.filter(({ doc }) => !doc).map(({ name, file }) => `${name} in ${file}`)).toEqual([])
})

it('every member of a public type says what it is, by itself or where it is inherited from', () => {
  const bare = declarations
    .filter(({ kind }) => kind === 'type' || kind === 'interface' || kind === 'class')
    .flatMap(declaration =>
      declaration.members
        .filter(({ name, doc }) => !doc && name !== 'constructor' && !name.startsWith('[') && !isInherited(declaration, name))
        .map(({ name }) => `${declaration.name}.${name} in ${declaration.file}`),
    )
  expect(bare).toEqual([])
})

it('finds types and members at all, those that are named by others too', () => {
  const row = declarations.find(({ name }) => name === 'RolloutRow')!
  expect(row.members.map(({ name }) => name)).toContain('final_assistant_message')
  expect(row.members.find(({ name }) => name === 'message_count')).toMatchObject({
    signature: 'message_count: number',
    doc: expect.any(String),
  })
  expect(declarations.find(({ name }) => name === 'Tools')).toMatchObject({ isExported: false })
  expect(declarations.flatMap(({ members }) => members).length).toBeGreaterThan(500)
})

it('docs/api.md is what `npm run docs` writes, and names every export', () => {
  expect(textOf('docs/api.md')).toBe(apiPage(dist))
  const names = new Set(exportedNames(dist))
  expect(Object.keys(face).filter(name => !names.has(name))).toEqual([])
})

function isInherited({ text }: Declaration, name: string): boolean {
  const bases = /(?:extends|implements) [^{]*/.exec(text.split('\n')[0]!)?.[0].match(/\b[A-Z]\w*/g) ?? []
  return bases.some(base => {
    const declaration = declarations.find(known => known.name === base)
    return (
      declaration !== undefined &&
      (declaration.members.some(member => member.name === name && member.doc) || isInherited(declaration, name))
    )
  })
}
