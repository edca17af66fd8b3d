import { describe, expect, it } from 'vitest'
import { pictureType } from '../picture-type.ts'
import { pictureBlocks } from './picture.ts'

const HEADS: [type: string, bytes: string][] = [
  ['image/png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
  ['image/jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
  ['image/jpeg', '\xff\xd8\xff\xdb\0\x43'],
  ['image/gif', 'GIF87a\x01\0'],
  ['image/gif', 'GIF89a\x01\0'],
  ['image/webp', 'RIFF\x24\0\0\0WEBPVP8 '],
  ['image/tiff', 'II*\0\x08\0\0\0'],
  ['image/tiff', 'MM\0*\0\0\0\x08'],
  ['image/bmp', 'BM\x36\0\x0c\0\0\0\0\0\x36\0'],
  ['image/avif', '\0\0\0\x20ftypavif'],
  ['image/heic', '\0\0\0\x18ftypheic'],
]

describe('pictureBlocks()', () => {
  const urls = (value: never, dataType?: 'url' | 'base64') =>
    pictureBlocks(value, { columnName: 'img', ...(dataType ? { dataType } : {}) }).map(block => (block['image_url'] as { url: string }).url)

  for (const [type, bytes] of HEADS)
    it(`tells ${type} by its bytes, whatever it is called`, () => {
      const base64 = Buffer.from(`${bytes}${'x'.repeat(50)}`, 'latin1').toString('base64')
      expect(pictureType(Buffer.from(bytes, 'latin1'))).toBe(type)
      const sent = `data:${type};base64,${base64}`
      const urlSafe = base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
      const wrapped = base64.replace(/.{20}/g, '$&\n')
      const misnamed = `data:image/x-unknown;base64,${base64}`
      for (const written of [base64, urlSafe, wrapped, misnamed, sent]) expect(urls(written as never)).toEqual([sent])
      expect(urls([base64, null, 'https://example.com/a.png'] as never)).toEqual([sent, 'https://example.com/a.png'])
      expect(urls(JSON.stringify([base64, 'https://example.com/a.png']) as never)).toEqual([sent, 'https://example.com/a.png'])
    })

  it('sends nothing that is no picture', () => {
    const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64')
    const others = [
      'pic.png',
      '/home/me/pic.png',
      'file:///pic.png',
      '',
      base64('%PDF-1.7 and more'),
      base64('RIFF\x24\0\0\0WAVEfmt '),
      base64('<svg xmlns="x"/>'),
      'data:image/png,not-base64',
      `data:image/png;base64,${base64('hello, world')}`,
      'data:image/png;base64,iVBOR!!!',
      'https://',
      7,
      true,
      { url: 'https://example.com/a.png' },
    ]
    for (const value of others)
      expect(() => urls(value as never), String(value)).toThrow(expect.objectContaining({ failure: 'no_picture' }))
    expect(urls(null as never)).toEqual([])
  })

  it('takes an address for none where base64 is said to be there', () => {
    expect(() => urls('https://example.com/a.png' as never, 'base64')).toThrow('which is not base64')
  })
})
