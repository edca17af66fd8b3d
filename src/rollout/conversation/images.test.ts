import { describe, expect, it } from 'vitest'
import type { Json } from '../../json/json.ts'
import { blocksOf } from './parts.ts'

const URL = 'data:image/png;base64,AAAA'
const DATED = 'https://x.test/kite.png'

describe('an image of a message', () => {
  it.each<[string, Json, object]>([
    ['as chat APIs have it', { type: 'image_url', image_url: { url: URL } }, { image_url: { url: URL } }],
    ['with its detail', { type: 'image_url', image_url: { url: URL, detail: 'high' } }, { image_url: { url: URL, detail: 'high' } }],
    ['with a key that says nothing', { type: 'image_url', image_url: { url: URL, id: null } }, { image_url: { url: URL } }],
    [
      'with a key of its program',
      { type: 'image_url', image_url: { url: DATED, id: 'a1', detail: 'low' } },
      { image_url: { url: DATED, detail: 'low' }, image: { id: 'a1' } },
    ],
    [
      'with a detail that is none',
      { type: 'image_url', image_url: { url: URL, detail: 7 } },
      { image_url: { url: URL }, image: { detail: 7 } },
    ],
    ['as an address alone', { type: 'image_url', image_url: DATED }, { image_url: { url: DATED } }],
    ['as eval logs have it', { type: 'image', image: URL, detail: 'low' }, { image_url: { url: URL, detail: 'low' } }],
    [
      'as bytes of a type',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { image_url: { url: URL } },
    ],
    ['as responses have it', { type: 'input_image', image_url: URL, detail: 'auto' }, { image_url: { url: URL, detail: 'auto' } }],
  ])('is one that every reader of rows finds: %s', (_, part, block) => {
    expect(blocksOf([part])).toEqual([{ type: 'image_url', ...block }])
  })

  it.each<[string, Json]>([
    ['without an address', { type: 'image_url', image_url: { id: 'a1' } }],
    ['of nothing', { type: 'image_url', image_url: null }],
  ])('is kept as it is: %s', (_, part) => {
    expect(blocksOf([part])).toEqual([part])
  })
})
