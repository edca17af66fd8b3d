import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { DOORS } from './doors.ts'
import { filesBelow, importsOf, sources, textOf } from './sources.ts'

/** The ground floor: open to every layer, as the files directly in src/ are. */
const GROUND = ['json', 'python', 'disk']

/** Which layer may import which besides the ground floor; cli and index.ts may import any. */
const MAY_IMPORT: { [layer: string]: readonly string[] } = {
  json: [],
  python: ['json'],
  disk: ['json'],
  rollout: [],
  codec: [],
  template: [],
  model: [],
  sampler: [],
  validator: ['model'],
  seed: ['rollout', 'codec', 'dataset'],
  column: ['template', 'model', 'sampler', 'validator'],
  dataset: ['codec', 'rollout'],
  labels: ['codec', 'dataset', 'rollout'],
  search: ['codec', 'dataset', 'rollout'],
  cost: ['codec', 'dataset', 'rollout', 'model'],
  view: ['dataset', 'rollout'],
  studio: ['codec', 'dataset', 'rollout', 'cost', 'labels', 'search', 'view', 'pipeline', 'training'],
  pipeline: ['seed', 'column', 'sampler', 'model', 'dataset', 'template', 'view', 'training'],
  queue: ['pipeline', 'model'],
  redact: [],
  training: ['codec', 'dataset', 'rollout', 'template', 'seed', 'view', 'redact'],
  cli: [
    'queue',
    'rollout',
    'codec',
    'template',
    'model',
    'seed',
    'column',
    'sampler',
    'validator',
    'dataset',
    'search',
    'cost',
    'labels',
    'view',
    'pipeline',
    'redact',
    'training',
    'studio',
  ],
}

const layerOf = (path: string) => (path.split('/').length > 2 ? path.split('/')[1]! : null)

it('every folder of src is a layer', () => {
  const folders = new Set(filesBelow('src').flatMap(path => layerOf(path) ?? []))
  expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort())
})

it('AGENTS.md says the same of each', () => {
  const rows = [...textOf('AGENTS.md').matchAll(/^\| (`\w+`.*?) \| (.*) \|$/gm)].filter(([, names]) =>
    Object.hasOwn(MAY_IMPORT, wordsOf(names!)[0]!),
  )
  const said = rows.flatMap(([, names, targets]) =>
    wordsOf(names!).map(
      name =>
        [
          name,
          wordsOf(targets!)
            .filter(word => Object.hasOwn(MAY_IMPORT, word))
            .sort(),
        ] as const,
    ),
  )
  const meant = Object.entries(MAY_IMPORT)
    .filter(([name]) => name !== 'cli' && !GROUND.includes(name))
    .map(([name, targets]) => [name, targets.toSorted()])
  expect(new Set(said.map(([name]) => name))).toEqual(new Set(Object.keys(MAY_IMPORT)))
  expect(Object.fromEntries(said)).toMatchObject(Object.fromEntries(meant))
})

/** The names between backquotes. */
function wordsOf(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word!)
}

it('imports point downwards', () => {
  const upwards = sources.flatMap(path =>
    targetsOf(path)
      .filter(target => !isAllowed(path, target))
      .map(target => `${path} imports ${target}`),
  )
  expect(upwards).toEqual([])
})

function isAllowed(from: string, to: string): boolean {
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)]
  if (from === 'src/index.ts') return true
  if (toLayer === null) return to !== 'src/index.ts'
  if (fromLayer === toLayer) return true
  if (GROUND.includes(toLayer) && (fromLayer === null || !GROUND.includes(fromLayer))) return true
  return fromLayer !== null && MAY_IMPORT[fromLayer]!.includes(toLayer)
}

it('a rollout format never imports another', () => {
  const formatOf = (path: string) => /^src\/rollout\/formats\/([^/]+)\//.exec(path)?.[1]
  const crossing = sources.flatMap(path =>
    targetsOf(path)
      .filter(target => formatOf(path) !== undefined && formatOf(target) !== undefined && formatOf(path) !== formatOf(target))
      .filter(target => !target.startsWith('src/rollout/compat/'))
      .map(target => `${path} imports ${target}`),
  )
  expect(crossing).toEqual([])
})

it('the insides of a folder are private, but for what it shows', () => {
  const inside = shipped.flatMap(path =>
    targetsOf(path).flatMap(target =>
      foldersOf(target)
        .filter(folder => !path.startsWith(`src/${folder}/`) && !shows(folder, target))
        .map(folder => `${path} imports ${target}: add it to '${folder}' in test/doors.ts if others are meant to use it`),
    ),
  )
  expect(inside).toEqual([])
})

it('what a folder shows is used from outside', () => {
  const used = new Set(
    shipped.flatMap(path =>
      targetsOf(path).flatMap(target =>
        foldersOf(target)
          .filter(folder => !path.startsWith(`src/${folder}/`))
          .map(folder => `${folder}: ${nameIn(folder, target)}`),
      ),
    ),
  )
  const shown = Object.entries(DOORS).flatMap(([folder, names]) => names.filter(name => name !== '*').map(name => `${folder}: ${name}`))
  expect(shown.filter(door => !used.has(door))).toEqual([])
})

it('pages of the studio know nothing of the program but the types of what it answers', () => {
  const beyond = filesBelow('studio')
    .filter(path => /\.tsx?$/.test(path))
    .flatMap(path =>
      [...textOf(path).matchAll(/import (type )?[^;'"]*? from '(\.\.\/[^']+)'/g)]
        .filter(([, isType, target]) => isType === undefined || target !== '../src/studio/api.ts')
        .map(([statement]) => `${path}: ${statement}`),
    )
  expect(beyond).toEqual([])
  expect(textOf('src/studio/api.ts')).not.toMatch(/^(?:import (?!type )|export (?:const|function|class|let))/m)
})

it('nothing that is shipped imports what tests are made of', () => {
  const testing = shipped.flatMap(path =>
    targetsOf(path)
      .filter(target => target.includes('/testing/'))
      .map(target => `${path} imports ${target}`),
  )
  expect(testing).toEqual([])
})

const shipped = sources.filter(path => !path.includes('/testing/'))

function targetsOf(path: string): string[] {
  return importsOf(path)
    .filter(name => name.startsWith('.'))
    .map(name => posix.normalize(posix.join(posix.dirname(path), name)))
    .filter(target => target.startsWith('src/'))
}

/** The folders a file stands in, without `src` itself: 'codec', 'codec/parquet'. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'))
}

function nameIn(folder: string, path: string): string {
  return path.slice(`src/${folder}/`.length, -'.ts'.length)
}

/** Members of a registry show themselves to it: a folder to the file of its name, a format by its index. */
function shows(folder: string, path: string): boolean {
  const doors = DOORS[folder]
  if (doors !== undefined) return doors.includes('*') || doors.includes(nameIn(folder, path))
  return REGISTERED.test(path)
}

const REGISTERED =
  /^src\/(?:rollout\/formats\/[\w-]+\/index|training\/(?:dialects|masks|views|curate\/filters)\/[\w-]+|redact\/detectors\/[\w-]+)\.ts$/
