import { expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import { believedMedia } from './believed-media.ts'
import type { MediaContext } from './media.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\nkite', 'latin1').toString('base64')
const GIF = Buffer.from('GIF89a kite', 'latin1').toString('base64')
const image = (rest: object = {}): MediaContext => ({ columnName: 'seen', ...rest })
const audio = (rest: object = {}): MediaContext => ({ modality: 'audio', columnName: 'seen', ...rest })
const video = (rest: object = {}): MediaContext => ({ modality: 'video', columnName: 'seen', ...rest })
const shown = (url: string) => [{ type: 'image_url', image_url: { url } }]

const TAKEN: [what: string, context: MediaContext, value: Json, blocks: unknown[]][] = [
  ['bytes that tell', image(), GIF, shown(`data:image/gif;base64,${GIF}`)],
  ['an address with an ending', image(), 'http://host.example/a?b=.GIF', shown('http://host.example/a?b=.GIF')],
  ['a type the cell says', image(), `data:IMAGE/jpg;base64,${PNG}`, shown(`data:IMAGE/jpg;base64,${PNG}`)],
  [
    'bytes behind a type with words',
    image(),
    `data:image/png;a=b;base64,${PNG}`,
    shown(`data:image/png;base64,data:image/png;a=b;base64,${PNG}`),
  ],
  ['a format that is none of it', image({ dataType: 'base64', imageFormat: 'jpeg' }), PNG, shown(`data:image/jpeg;base64,${PNG}`)],
  ['what is no picture', image({ dataType: 'base64', imageFormat: 'png' }), 'kite', shown('data:image/png;base64,kite')],
  ['anything for an address', image({ dataType: 'url' }), 'kite', shown('kite')],
  [
    'a list as text',
    image(),
    `["${PNG}","https://host.example/b.webp"]`,
    [...shown(`data:image/png;base64,${PNG}`), ...shown('https://host.example/b.webp')],
  ],
  ['no picture at all', image(), [], []],
  ['a sound by address', audio(), 'https://host.example/a', [{ type: 'audio_url', audio_url: { url: 'https://host.example/a' } }]],
  ['a sound by file', audio({ dataType: 'url' }), 'a/kite.WAV', [{ type: 'audio_url', audio_url: { url: 'a/kite.WAV' } }]],
  [
    'a sound of a said type',
    audio(),
    'data:audio/vnd.wave;base64,UklG',
    [{ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }],
  ],
  ['text for a sound', audio({ audioFormat: 'mp3' }), 'kite', [{ type: 'input_audio', input_audio: { data: 'kite', format: 'mp3' } }]],
  [
    'a film of a said format',
    video({ dataType: 'base64', videoFormat: 'mov' }),
    'AAAA',
    [{ type: 'video_url', video_url: { url: 'data:video/quicktime;base64,AAAA' } }],
  ],
]

it.each(TAKEN)('%s is taken', (_, context, value, blocks) => {
  expect(believedMedia(value, context)).toEqual(blocks)
})

const REFUSED: [what: string, context: MediaContext, value: Json][] = [
  ['an address of no picture', image(), 'https://host.example/a'],
  ['base64 with a blank', image(), ` ${PNG}`],
  ['a picture of another kind', image(), `data:image/bmp;base64,${PNG}`],
  ['a type against the format', image({ imageFormat: 'png' }), `data:image/gif;base64,${GIF}`],
  ['nothing', image(), null],
  ['a number', image({ dataType: 'base64', imageFormat: 'png' }), 5],
  ['a sound without a format', audio(), 'UklG'],
  ['a file that is no address', audio({ audioFormat: 'wav' }), 'kite.wav'],
  ['a text for the address of a film', video({ dataType: 'url' }), 'kite'],
  ['a sound for a film', video({ videoFormat: 'mp4' }), 'data:audio/wav;base64,UklG'],
]

it.each(REFUSED)('%s is refused', (_, context, value) => {
  expect(() => believedMedia(value, context)).toThrow("Cannot put 'seen' before a model")
})
