import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { systemReason } from '../system-error.ts'
import { makeFolder } from './made-folders.ts'
import { refuseOccupied } from './overwrite.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-folders-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Why a folder cannot be made, in words. */
function reason(path: string): string {
  try {
    makeFolder(path)
  } catch (error) {
    return systemReason(error)
  }
  throw new Error(`Expected '${path}' not to be made`)
}

describe('makeFolder()', () => {
  it('makes what is missing, and leaves what is there', () => {
    expect(makeFolder(join(folder, 'a/b/c'))).toBe(true)
    expect(makeFolder(join(folder, 'a/b'))).toBe(false)
    expect(existsSync(join(folder, 'a/b/c'))).toBe(true)
  })

  it('says in words what is in the way, and ends wherever the path leads', () => {
    const file = join(folder, 'file')
    writeFileSync(file, 'x')
    for (const path of [file, `${file}/x`, `${file}/x/y`, '/dev/null/x', '/dev/null/x/y'])
      expect([path, reason(path)]).toEqual([path, 'a part of the path is no folder'])
    expect(reason('/proc/nowhere/x')).toBe('there is no such file or folder')
    expect(reason(join(folder, 'n'.repeat(300)))).toBe('the name is too long')
    expect(readFileSync(file, 'utf8')).toBe('x')
  })

  it('is how every folder is made: the way of the system never ends below /proc', () => {
    const sources = readdirSync(new URL('..', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts') && !/\.test\.ts$|testing\//.test(path))
      .map(path => [path, readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')] as const)
    expect(sources.length).toBeGreaterThan(500)
    expect(sources.filter(([, text]) => /mkdir(?:Sync)?\([^\n]*recursive/.test(text)).map(([path]) => path)).toEqual([])
  })
})

it('systemReason() has words for whatever the system says', () => {
  const error = (code: string, message: string) => Object.assign(new Error(message), { code, syscall: 'x' })
  expect(systemReason(error('EBUSY', "EBUSY: resource busy or locked, rename 'a' -> 'b'"))).toBe('resource busy or locked')
  expect(systemReason(error('EMLINK', 'EMLINK: too many links, link'))).toBe('too many links')
  expect(systemReason(error('EEXIST', "EEXIST: file already exists, mkdir 'a'"))).toBe('something else has that name')
  expect(systemReason(new Error('whatever else'))).toBe('whatever else')
})

it('refuseOccupied() tells a file from a folder that holds other things', () => {
  const file = join(folder, 'taken')
  writeFileSync(file, 'x')
  const words = `Cannot put a store into '${file}': it is a file, expected a folder`
  expect(() => refuseOccupied(file, 'a store', {})).toThrow(words)
  expect(() => refuseOccupied(file, 'a store', {}, true)).toThrow(words)
  const full = join(folder, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'mine'), '')
  expect(() => refuseOccupied(full, 'a store', {})).toThrow("it holds other things, 'mine'")
  expect(() => refuseOccupied(full, 'a store', { mine: true })).not.toThrow()
})
