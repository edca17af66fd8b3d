import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow, importsOf, sources } from './sources.ts'

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
  view: ['dataset', 'rollout'],
  pipeline: ['seed', 'column', 'sampler', 'model', 'dataset', 'template', 'view'],
  training: ['codec', 'dataset', 'rollout', 'template', 'seed', 'view'],
  cli: ['rollout', 'codec', 'template', 'model', 'seed', 'column', 'sampler', 'dataset', 'view', 'pipeline', 'training'],
}

const layerOf = (path: string) => (path.split('/').length > 2 ? path.split('/')[1]! : null)

it('every folder of src is a layer', () => {
  const folders = new Set(filesBelow('src').flatMap(path => layerOf(path) ?? []))
  expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort())
})

it('imports point downwards', () => {
  const upwards = sources.flatMap(path =>
    importsOf(path)
      .filter(name => name.startsWith('.'))
      .map(name => posix.normalize(posix.join(posix.dirname(path), name)))
      .filter(target => target.startsWith('src/') && !isAllowed(path, target))
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
    importsOf(path)
      .filter(name => name.startsWith('.'))
      .map(name => posix.normalize(posix.join(posix.dirname(path), name)))
      .filter(target => formatOf(path) !== undefined && formatOf(target) !== undefined && formatOf(path) !== formatOf(target))
      .filter(target => !target.startsWith('src/rollout/compat/'))
      .map(target => `${path} imports ${target}`),
  )
  expect(crossing).toEqual([])
})
