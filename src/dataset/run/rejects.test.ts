import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'
import { RunRejects } from './rejects.ts'

const paths: string[] = []
afterEach(() => {
  for (const path of paths.splice(0)) rmSync(path, { recursive: true })
})

const OLD = '{"row":"1"}\n{"row":"2"}\n'
const NEW = '{"row":"2"}\n'

function scene(manifest: Pick<RunManifest, 'rejects' | 'rejects_bytes' | 'rejects_replaced'>) {
  const path = mkdtempSync(join(tmpdir(), 'tracewright-rejects-'))
  paths.push(path)
  const folder = new RunFolder(path)
  writeFileSync(folder.rejects, OLD)
  writeFileSync(`${folder.rejects}.next`, NEW)
  return { folder, manifest: { ...manifest, parts: [], artifacts: {} } as unknown as RunManifest }
}

it('RunRejects keeps the old ones after a kill before the manifest knew of the new ones', () => {
  const { folder, manifest } = scene({ rejects: 2, rejects_bytes: OLD.length, rejects_replaced: false })
  expect(RunRejects.read(folder, manifest)).toEqual([{ row: '1' }, { row: '2' }])
  new RunRejects(folder, manifest)[Symbol.dispose]()
  expect(RunRejects.read(folder, manifest)).toEqual([{ row: '1' }, { row: '2' }])
  expect(existsSync(`${folder.rejects}.next`)).toBe(false)
})

it('RunRejects takes the new ones after a kill between the manifest and the files', () => {
  const { folder, manifest } = scene({ rejects: 1, rejects_bytes: NEW.length, rejects_replaced: true })
  expect(RunRejects.read(folder, manifest)).toEqual([{ row: '2' }])
  new RunRejects(folder, manifest)[Symbol.dispose]()
  expect(RunRejects.read(folder, manifest)).toEqual([{ row: '2' }])
  expect(manifest.rejects_replaced).toBe(false)
})

it('RunRejects counts what the manifest says, and takes back the rest', () => {
  const { folder, manifest } = scene({ rejects: 1, rejects_bytes: OLD.length / 2, rejects_replaced: false })
  expect(RunRejects.read(folder, manifest)).toEqual([{ row: '1' }])
  const rejects = new RunRejects(folder, manifest)
  rejects.append({ row: '3' })
  Object.assign(manifest, rejects.counted)
  rejects[Symbol.dispose]()
  expect(RunRejects.read(folder, manifest)).toEqual([{ row: '1' }, { row: '3' }])
  expect(manifest.rejects).toBe(2)
})
