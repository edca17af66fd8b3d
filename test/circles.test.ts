import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow, importsOf, sources } from './sources.ts'

const pages = filesBelow('studio').filter(path => /\.tsx?$/.test(path))

it.each([
  ['the program', sources],
  ["the studio's pages", pages],
])('no circle of imports in %s, types included', (_, files) => {
  const imports = new Map(
    files.map(path => [
      path,
      importsOf(path)
        .filter(name => name.startsWith('.'))
        .map(name => targetOf(path, name)),
    ]),
  )
  expect(circles(imports)).toEqual([])
})

it('finds a circle of any length, each once', () => {
  const imports = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a', 'd']],
    ['d', ['e']],
    ['e', []],
    ['f', ['f']],
    ['g', ['d', 'h']],
    ['h', ['g']],
  ])
  expect(circles(imports)).toEqual(['a → b → c → a', 'f → f', 'g → h → g'])
  expect(
    circles(
      new Map([
        ['a', ['b', 'outside']],
        ['b', []],
      ]),
    ),
  ).toEqual([])
})

function targetOf(path: string, name: string): string {
  return posix.normalize(posix.join(posix.dirname(path), name))
}

/** One circle for each set of files that stand in circles with each other, as the path around it. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  for (const start of imports.keys()) {
    const path: string[] = []
    const visit = (file: string): void => {
      if (done.has(file)) return
      const at = path.indexOf(file)
      if (at >= 0) {
        found.push([...path.slice(at), file].join(' → '))
        return
      }
      path.push(file)
      for (const next of imports.get(file) ?? []) visit(next)
      path.pop()
      done.add(file)
    }
    visit(start)
  }
  return found
}
