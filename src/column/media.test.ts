import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../json/json.ts'
import { ChatServer, say } from '../model/testing/chat-server.ts'
import { LLMTextColumnConfig, llmText } from './llm-text.ts'
import { mediaBlocks, mediaFromJSON, mediaJSON } from './media.ts'
import { fill } from './testing/fill.ts'

const sound = { modality: 'audio' as const, columnName: 's' }
const film = { modality: 'video' as const, columnName: 's' }

describe('mediaBlocks()', () => {
  it.each([
    [sound, 'https://example.com/a.wav', { type: 'audio_url', audio_url: { url: 'https://example.com/a.wav' } }],
    [{ ...sound, audioFormat: 'mp3' as const }, 'AAAA', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }],
    [sound, 'data:audio/x-wav;base64,AA\nAA', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }],
    [film, 'http://example.com/a.mp4', { type: 'video_url', video_url: { url: 'http://example.com/a.mp4' } }],
    [{ ...film, videoFormat: 'mov' as const }, 'AAAA', { type: 'video_url', video_url: { url: 'data:video/quicktime;base64,AAAA' } }],
    [film, 'data:video/webm;base64,AAAA', { type: 'video_url', video_url: { url: 'data:video/webm;base64,AAAA' } }],
  ])('%j of %j', (context, value, block) => {
    expect(mediaBlocks(value, context)).toEqual([block])
    expect(mediaBlocks([value, null, value], context)).toEqual([block, block])
    expect(mediaBlocks(JSON.stringify([value]), context)).toEqual([block])
    expect(mediaBlocks(null, context)).toEqual([])
  })

  it.each([
    [sound, 'AAAA', 'a sound of type unknown'],
    [sound, 'data:audio/ogg;base64,AAAA', 'a sound of type audio/ogg'],
    [sound, 'data:constructor;base64,AAAA', 'a sound of type constructor'],
    [sound, '/home/me/a.wav', 'expected an https address, or base64'],
    [{ ...sound, dataType: 'url' as const }, 'AAAA', 'expected an https address'],
    [sound, 3, 'found 3'],
    [film, 'AAAA', 'a film of type unknown'],
    [film, 'data:video/x-flv;base64,AAAA', 'a film of type video/x-flv'],
    [film, 'data:toString;base64,AAAA', 'a film of type tostring'],
    [film, 'data:constructor;base64,AAAA', 'a film of type constructor'],
    [{ ...film, dataType: 'base64' as const }, 'https://example.com/a.mp4', 'expected an https address, or base64'],
  ] as [typeof sound | typeof film, Json, string][])('%j refuses %j', (context, value, words) => {
    expect(() => mediaBlocks(value, context)).toThrow(
      expect.objectContaining({ failure: 'no_picture', message: expect.stringContaining(words) }),
    )
  })
})

describe('in configs', () => {
  const contexts: JsonObject[] = [
    { modality: 'audio', column_name: 's', data_type: null, audio_format: 'mp3' },
    { modality: 'video', column_name: 's', data_type: 'base64', video_format: 'mp4' },
    { modality: 'image', column_name: 's', data_type: 'url', image_format: null },
  ]

  it.each(contexts)('%j is written back as it was read', context => {
    expect(mediaJSON(mediaFromJSON(context, 'here'))).toEqual(context)
    const column = { column_type: 'llm-text', name: 't', model_alias: 'writer', prompt: 'Tell', multi_modal_context: [context] }
    const read = llmText.fromJSON(column, new Map())
    expect(read.toJSON()).toMatchObject(column)
    expect(read.requiredColumns).toEqual(['s'])
  })

  it.each([
    [{ modality: 'smell', column_name: 's' }, 'modality: found "smell"'],
    [{ modality: 'audio', column_name: 's', image_format: 'png' }, "Unknown key 'image_format'"],
    [{ modality: 'audio', column_name: 's', audio_format: 'ogg' }, 'audio_format: found "ogg"'],
    [{ modality: 'video', column_name: 's', data_type: 'base64' }, 'video_format: found nothing'],
    [{ modality: 'video' }, 'column_name: found nothing'],
  ])('%j is refused', (context, words) => {
    expect(() => mediaFromJSON(context, "column 't'")).toThrow(words)
  })
})

it('is sent before the prompt', async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'heard'))
  const column = new LLMTextColumnConfig({ name: 't', modelAlias: 'writer', prompt: 'Tell', multiModalContext: [sound] })
  await fill(column, { s: 'https://example.com/a.wav' }, { endpoint: server.endpoint })
  expect((server.seen[0]!.body['messages'] as JsonObject[])[0]!['content']).toEqual([
    { type: 'audio_url', audio_url: { url: 'https://example.com/a.wav' } },
    { type: 'text', text: 'Tell' },
  ])
})

it('is sent alone where the prompt is empty, which is a mistake without it', async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'heard'))
  const column = new LLMTextColumnConfig({ name: 't', modelAlias: 'writer', prompt: '', multiModalContext: [sound] })
  expect(column.problems(new Set(['s'])).filter(({ level }) => level === 'error')).toEqual([])
  await fill(column, { s: 'https://example.com/a.wav' }, { endpoint: server.endpoint })
  expect((server.seen[0]!.body['messages'] as JsonObject[])[0]!['content']).toEqual([
    { type: 'audio_url', audio_url: { url: 'https://example.com/a.wav' } },
  ])
  const silent = new LLMTextColumnConfig({ name: 't', modelAlias: 'writer', prompt: '' })
  expect(silent.problems(new Set(['s']))).toEqual([{ level: 'error', column: 't', message: 'prompt is empty' }])
})
