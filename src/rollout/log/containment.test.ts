import { closeSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Containment } from './containment.ts'

describe('Containment', () => {
  let top: string
  let root: string

  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'tracewright-test-')))
    root = join(top, 'root')
    mkdirSync(join(root, 'in'), { recursive: true })
    mkdirSync(join(top, 'root-beside'))
    writeFileSync(join(root, 'in', 'a'), '')
    writeFileSync(join(top, 'root-beside', 'a'), '')
  })
  afterEach(() => rmSync(top, { recursive: true, force: true }))

  it('holds what is below the root, there or not', () => {
    const inside = new Containment(root)
    for (const path of ['', 'in', 'in/a', 'in/none', 'none/none']) expect(inside.holds(join(root, path))).toBe(true)
    expect(inside.holds(join(top, 'root-beside', 'a'))).toBe(false)
  })

  it('judges links by where they lead, also those on the way', () => {
    symlinkSync(join(root, 'in'), join(root, 'link-in'))
    symlinkSync(join(top, 'root-beside'), join(root, 'link-out'))
    symlinkSync(join(top, 'root-beside', 'a'), join(root, 'in', 'file-out'))
    symlinkSync(join(root, 'in', 'loop'), join(root, 'in', 'loop'))
    const inside = new Containment(root)
    const held = ['in/a', 'link-in', 'link-in/a', 'in/loop', 'link-out', 'link-out/a', 'link-out/none', 'in/file-out', 'link-in/file-out']
    expect(held.map(path => inside.holds(join(root, path)))).toEqual([true, true, true, true, false, false, false, false, false])
    symlinkSync(join(root, 'in', 'a'), join(root, 'file-in'))
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'))
    const opened = (path: string) => {
      const opened = inside.open(join(root, path))
      if (opened !== null) closeSync(opened.file)
      return opened !== null
    }
    expect(['in/a', 'file-in', 'link-in/a', 'in/file-out', 'link-in/file-out', 'link-out/a'].map(opened)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(() => opened('in/loop')).toThrow(/ELOOP/)
    for (const path of ['in/none', 'dangling']) expect(() => opened(path)).toThrow(/ENOENT/)
    expect(() => opened('in')).toThrow(/found a folder, expected a regular file/)
    expect(inside.look(join(root, 'file-in'))?.stats?.isFile()).toBe(true)
    for (const path of ['dangling', 'in/loop', `in/${'x'.repeat(5000)}`]) expect(inside.look(join(root, path))).toEqual({ stats: null })
    expect(inside.look(join(root, 'in', 'file-out'))).toBeNull()
  })
})
