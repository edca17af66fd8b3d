import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { GIF, JPEG, png, WEBP } from '../../model/testing/pictures.ts'
import { isPictureKey, RunPictures, removePictures } from './pictures.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'tracewright-'))

it('a file is named by its bytes, with the ending they tell; the same one is there once', () => {
  const path = folder()
  const pictures = new RunPictures(path)
  const paths = [png(1), JPEG, GIF, WEBP, png(1)].map(base64 => pictures.keep('cover', base64))
  expect(paths.map(each => each.replace(/[0-9a-f]{32}/, 'HASH'))).toEqual(
    ['png', 'jpg', 'gif', 'webp', 'png'].map(ending => `images/cover/HASH.${ending}`),
  )
  expect(paths[4]).toBe(paths[0])
  expect(readdirSync(join(path, 'images/cover')).length).toBe(4)
  expect(readFileSync(join(path, paths[1]!)).toString('base64')).toBe(JPEG)
  expect(pictures.read(paths[0]!)).toBe(png(1))
  expect(pictures.paths().sort()).toEqual([...new Set(paths)].sort())
  expect(paths.every(isPictureKey)).toBe(true)
})

it.each(['../../etc', '..', '.hidden', 'a/b', 'a\\b', 'c:d', ' x ', 'Bild für Ä', 'x'.repeat(300), '\u0000', '🖼🖼'])(
  'a column named %j has a folder below images',
  name => {
    const path = folder()
    const kept = new RunPictures(path).keep(name, png())
    expect(isPictureKey(kept)).toBe(true)
    expect(kept.split('/').length).toBe(3)
    expect(readdirSync(join(path, 'images')).length).toBe(1)
    expect(existsSync(join(path, kept))).toBe(true)
    expect(new RunPictures(path).read(kept)).toBe(png())
  },
)

it('keeps nothing that is no picture', () => {
  expect(() => new RunPictures(folder()).keep('c', btoa('<svg/>'))).toThrow('no picture')
})

it.each(['images/../secret.png', '/etc/passwd', 'images/c/../../x.png', 'images/c/name.png', 'http://x/a.png', ''])(
  'reads nothing at %j',
  path => {
    const run = folder()
    mkdirSync(join(run, 'images/c'), { recursive: true })
    writeFileSync(join(run, 'secret.png'), 'secret')
    writeFileSync(join(run, 'images/c/name.png'), 'secret')
    expect(new RunPictures(run).read(path)).toBeNull()
  },
)

it('follows no link', () => {
  const run = folder()
  mkdirSync(join(run, 'images/c'), { recursive: true })
  writeFileSync(join(run, 'secret'), 'secret')
  const link = `images/c/${'a'.repeat(32)}.png`
  symlinkSync(join(run, 'secret'), join(run, link))
  expect(new RunPictures(run).read(link)).toBeNull()
})

it('takes its own pictures away, and leaves others', () => {
  const run = folder()
  const pictures = new RunPictures(run)
  pictures.keep('a', png(1))
  pictures.keep('b', png(2))
  writeFileSync(join(run, 'images/b/mine.png'), 'mine')
  removePictures(run)
  expect(readdirSync(join(run, 'images'))).toEqual(['b'])
  expect(readdirSync(join(run, 'images/b'))).toEqual(['mine.png'])
})
