import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import type { ModelReply } from './model.ts'
import { ModelProvider } from './model-provider.ts'
import { openai } from './openai.ts'
import { type Answer, ChatServer, send } from './testing/chat-server.ts'
import { GIF, JPEG, png, WEBP } from './testing/pictures.ts'

const QUESTION = { messages: [{ role: 'user' as const, content: 'A kite' }], draws: true as const, parameters: {} }
const USAGE = { prompt_tokens: 3, completion_tokens: 90 }

async function draw(answer: Answer, model = 'gemini-image', more: JsonObject = {}): Promise<{ reply: ModelReply; asked: unknown[] }> {
  await using server = await ChatServer.start(answer)
  const provider = new ModelProvider({ name: 'here', endpoint: server.endpoint, extraBody: { user: 'p' } })
  const reply = await openai.connect({ provider, model, key: 'a-secret-key' }).generate({ ...QUESTION, ...more })
  return { reply, asked: server.seen.map(({ url, body }) => [url, body]) }
}

const chat = (message: JsonObject, finish_reason = 'stop') => ({ choices: [{ finish_reason, message }], usage: USAGE, model: 'served' })
const says =
  (body: unknown): Answer =>
  (_, __, response) =>
    send(response, 200, body)

describe('a chat model', () => {
  const asUrl = (base64: string, type = 'png') => ({ type: 'image_url', image_url: { url: `data:image/${type};base64,${base64}` } })
  it.each<[string, JsonObject, string[]]>([
    ['images beside the words', { content: 'Here it is', images: [asUrl(png())] }, [png()]],
    ['several', { content: '', images: [asUrl(png(1)), asUrl(JPEG, 'jpeg'), asUrl(WEBP, 'webp')] }, [png(1), JPEG, WEBP]],
    ['a bare address of data', { images: [{ image_url: `data:image/gif;base64,${GIF}` }] }, [GIF]],
    ['bare base64', { images: [png(4)] }, [png(4)]],
    ['b64_json', { images: [{ b64_json: png(5) }] }, [png(5)]],
    ['the content itself', { content: png(6) }, [png(6)]],
    ['data as the content', { content: `data:image/png;base64,${png(7)}` }, [png(7)]],
    ['blocks of the content', { content: [{ type: 'text', text: 'Look:' }, asUrl(png(8))] }, [png(8)]],
    ['a wrong type and wrapped lines', { images: [asUrl(png(9).replace(/.{30}/g, '$&\n'), 'jpeg')] }, [png(9)]],
    ['an unreadable one among images: the content counts', { content: png(3), images: [asUrl(btoa('%PDF-1.7 and more'))] }, [png(3)]],
  ])('gives %s', async (_, message, pictures) => {
    const { reply, asked } = await draw(says(chat({ role: 'assistant', ...message })))
    expect(JSON.parse(reply.text)).toEqual(pictures)
    expect(reply).toMatchObject({ usage: { input: 3, output: 90, images: pictures.length }, model: 'served', attempts: 1 })
    expect(asked).toEqual([['/v1/chat/completions', { model: 'gemini-image', messages: [{ role: 'user', content: 'A kite' }], user: 'p' }]])
  })

  it.each<[string, JsonObject, string, string | undefined]>([
    ['words', { content: 'I only write.' }, 'stop', 'I only write.'],
    ['a refusal', { content: null, refusal: 'No.' }, 'stop', 'No.'],
    ['nothing', { content: '' }, 'content_filter', undefined],
    ['a drawing that is a program', { content: '', images: [asUrl(btoa('<svg xmlns="x"><script/></svg>'), 'svg+xml')] }, 'stop', undefined],
    ['base64 of something else', { content: Buffer.alloc(900, 'x').toString('base64') }, 'stop', undefined],
    ['objects in objects without end', { images: [{ url: { url: { url: { url: { url: png() } } } } }] }, 'stop', undefined],
  ])('gives %s: no picture', async (_, message, finish, refusal) => {
    const { reply } = await draw(says(chat(message, finish)))
    expect(reply.text).toBe('')
    expect(reply.refusal).toBe(refusal)
    expect(reply.usage).toMatchObject({ output: 90, images: 0 })
  })

  it('is shown pictures, and sent what its alias says', async () => {
    const content = [asUrl(png(2)), asUrl(png(3)), { type: 'text', text: 'Both in one' }]
    const parameters = { timeout: 9, extra_body: { size: '64x64', user: 'alias' } }
    const { asked } = await draw(says(chat({ images: [png()] })), 'm', { messages: [{ role: 'user', content }], parameters })
    expect(asked).toEqual([['/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content }], size: '64x64', user: 'alias' }]])
  })
})

describe('a model that only draws', () => {
  it.each(['dall-e-3', 'openai/gpt-image-1', 'stable-diffusion-xl', 'Imagen-4', 'SD-turbo'])('%s is asked by the prompt', async model => {
    const usage = { input_tokens: 4, output_tokens: 1000 }
    const { reply, asked } = await draw(says({ created: 1, data: [{ b64_json: png(1) }, { b64_json: JPEG }], usage }), model)
    expect(JSON.parse(reply.text)).toEqual([png(1), JPEG])
    expect(reply).toMatchObject({ usage: { input: 4, output: 1000, images: 2 }, model })
    expect(asked).toEqual([['/v1/images/generations', { model, prompt: 'A kite', user: 'p' }]])
  })

  it.each([[{}], [{ data: 'x' }], [[]], ['hello']])('refuses the reply %j', async body => {
    await expect(draw(says(body), 'dall-e-3')).rejects.toMatchObject({ failure: 'invalid_response' })
  })
})

describe('a picture at an address', () => {
  /** Answers with an address of its own, and what is there. */
  const named =
    (path: string, there: Answer, host = '127.0.0.1', port?: number): Answer =>
    (request, n, response) =>
      request.method === 'POST'
        ? send(response, 200, { data: [{ url: `http://${host}:${port ?? request.headers.host!.split(':')[1]}${path}` }] })
        : there(request, n, response)
  const bytes = (base64: string) => Buffer.from(base64, 'base64')

  it('is fetched without the key, and kept as data', async () => {
    const keys: unknown[] = []
    const { reply } = await draw(
      named('/a.png?sig=abc', ({ headers }, _, response) => {
        keys.push(headers.authorization)
        response.end(bytes(png(4)))
      }),
      'dall-e-3',
    )
    expect(JSON.parse(reply.text)).toEqual([png(4)])
    expect(keys).toEqual([undefined])
  })

  it('is fetched from the server under another name of this machine', async () => {
    const { reply } = await draw(
      named('/a.png', (_, __, response) => void response.end(bytes(png(6))), 'localhost'),
      'dall-e-3',
    )
    expect(JSON.parse(reply.text)).toEqual([png(6)])
  })

  it('is asked for again where the server stumbles', async () => {
    let asked = 0
    const there: Answer = (_, __, response) => (++asked < 3 ? void response.writeHead(502).end() : void response.end(bytes(png(5))))
    const { reply } = await draw(named('/a.png', there), 'dall-e-3')
    expect(JSON.parse(reply.text)).toEqual([png(5)])
  })

  it.each<[string, Answer, string]>([
    ['a page', (_, __, response) => void response.end('<html>sign in</html>'), 'which is none'],
    ['nothing', (_, __, response) => void response.writeHead(404).end(), 'HTTP 404'],
    ['a way to somewhere else', (_, __, response) => void response.writeHead(302, { location: '/b.png' }).end(), 'HTTP 302'],
  ])('is lost where %s is there; the reply counts', async (_, there, found) => {
    const { reply, asked } = await draw(named('/a.png?sig=abc', there), 'dall-e-3')
    expect(reply).toMatchObject({ text: '', lost: expect.stringContaining(found), usage: { images: 1 } })
    expect(reply.lost).not.toContain('sig=abc')
    expect(asked.filter(call => (call as string[])[0] === '/v1/images/generations').length).toBe(1)
  })

  it.each(['localhost', '[::1]', '10.0.0.7', '169.254.169.254', '[::ffff:127.0.0.1]'])(
    'is not fetched from %s: no word of a server leads into the own network',
    async host => {
      const seen: string[] = []
      const there: Answer = ({ url }, _, response) => {
        seen.push(url)
        response.end(bytes(png()))
      }
      const { reply } = await draw(named('/a.png', there, host, 9), 'dall-e-3')
      expect(reply).toMatchObject({ text: '', lost: expect.stringContaining('private address') })
      expect(seen).toEqual([])
    },
  )
})
