import { describe, expect, it } from 'vitest'
import { Beginnings } from './beginnings.ts'

/** Beginnings of files, by path. */
function beginningsOf(keys: { [path: string]: string | null | undefined }, more: readonly string[] = []): Beginnings {
  const beginnings = new Beginnings()
  for (const [path, key] of Object.entries(keys)) beginnings.note(path, key)
  beginnings.areAll([...Object.keys(keys), ...more])
  return beginnings
}

describe('Beginnings', () => {
  it('tells which files of a folder begin alike', () => {
    const beginnings = beginningsOf({ 'p/a': 'x', 'p/b': 'y', 'p/c': 'x', 'q/d': 'x', 'p/e': 'x', 'p/f': null, 'p/g': null })
    expect(beginnings.alike('p/a')).toEqual(['p/a', 'p/c', 'p/e'])
    expect(beginnings.alike('p/e')).toEqual(['p/a', 'p/c', 'p/e'])
    for (const path of ['p/b', 'q/d', 'p/f']) expect(beginnings.alike(path)).toEqual([path])
  })

  it('tells nothing of folders of which not every file is known, and of none before all files are', () => {
    const beginnings = beginningsOf({ 'p/a': 'x', 'p/b': 'x', 'q/a': 'x', 'q/b': undefined, r: 'x', 's/a': 'x', 's/b': 'x' }, ['p/c'])
    expect(['p/a', 'q/a', 'r', 's/a'].map(path => beginnings.alike(path))).toEqual([null, null, ['r'], ['s/a', 's/b']])
    expect(new Beginnings().alike('p/a')).toBeNull()
    expect(new Beginnings().told()).toBeNull()
  })

  it('tells another the same', () => {
    const told = beginningsOf({ 'p/a': 'x', 'p/b': 'x', 'p/c': 'y', 'q/a': undefined }).told()!
    const other = new Beginnings()
    other.hear(structuredClone(told))
    expect(['p/a', 'p/c', 'q/a'].map(path => other.alike(path))).toEqual([['p/a', 'p/b'], ['p/c'], null])
  })
})
