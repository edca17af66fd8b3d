import { expect, it } from 'vitest'
import { GIF, JPEG, png, WEBP } from '../model/testing/pictures.ts'
import { renderRecord } from './record.ts'
import { recordHTML } from './record-html.ts'
import { recordPictures } from './record-pictures.ts'

const PATH = `images/cover/${'a'.repeat(32)}.png`
const shown = (row: { [column: string]: never }) => ({ row, index: 0, count: 1, seedColumns: [] })
const layout = { width: 80, color: false, foldAt: 12 }

it.each([
  ['png', png()],
  ['jpeg', JPEG],
  ['gif', GIF],
  ['webp', WEBP],
])('a cell of a %s says what it is, and shows it in HTML', (type, base64) => {
  for (const value of [base64, [base64], `data:image/x;base64,${base64}`, [base64, base64]]) {
    const row = { cover: value as never }
    const text = renderRecord(shown(row), layout)
    expect(text).toContain(`a picture: ${type}, `)
    expect(text).not.toContain(base64.slice(0, 30))
    expect(recordHTML(shown(row))).toContain(`<img src="data:image/${type};base64,${base64}"`)
  }
})

it('a path is shown as it is, and as the picture where it can be read', () => {
  const row = { cover: [PATH] as never }
  expect(renderRecord(shown(row), layout)).toContain(PATH.slice(0, 40))
  expect(recordHTML(shown(row))).not.toContain('<img')
  expect(recordHTML({ ...shown(row), readPicture: path => (path === PATH ? png(3) : null) })).toContain(png(3))
})

it.each([
  [''],
  [[]],
  ['hello'],
  [[png(), 'words']],
  [[png(), 3]],
  [null],
  [{ a: png() }],
  ['images/../x.png'],
  [btoa('<svg xmlns="x"/>'.repeat(9))],
])('%j is no picture', value => expect(recordPictures(value)).toBeNull())
