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

it('no circle among the rooms of a folder: its files, and its folders each as one', () => {
  const folders = new Set(sources.flatMap(path => foldersAround(path)))
  const found = [...folders].flatMap(folder => circles(roomsOf(folder)).map(circle => `${folder}: ${circle}`))
  expect(found).toEqual([])
})

function foldersAround(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/')).filter(folder => folder !== 'src')
}

/** Which room of a folder imports which, but for what tests are made of. */
function roomsOf(folder: string): Map<string, string[]> {
  const roomOf = (path: string) => path.slice(folder.length + 1).split('/')[0]!
  const inside = sources.filter(path => path.startsWith(`${folder}/`) && !path.includes('/testing/'))
  const rooms = new Map<string, string[]>()
  for (const path of inside) {
    const targets = importsOf(path)
      .filter(name => name.startsWith('.'))
      .map(name => targetOf(path, name))
      .filter(target => target.startsWith(`${folder}/`) && roomOf(target) !== roomOf(path))
    rooms.set(roomOf(path), [...(rooms.get(roomOf(path)) ?? []), ...targets.map(roomOf)])
  }
  return rooms
}

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
