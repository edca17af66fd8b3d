import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openTokenizer } from './open-tokenizer.ts'

/** A tokenizer that knows three words. */
const TINY = JSON.stringify({
  model: { type: 'WordLevel', vocab: { a: 0, b: 1, '[UNK]': 2 }, unk_token: '[UNK]' },
  pre_tokenizer: { type: 'Whitespace' },
  normalizer: null,
  post_processor: null,
  decoder: null,
  added_tokens: [],
})

let server: Server | null = null
const cache = mkdtempSync(join(tmpdir(), 'hub-'))
afterEach(() => {
  server?.close()
  rmSync(cache, { recursive: true, force: true })
})

async function hub(files: { [path: string]: string }): Promise<{ endpoint: string; asked: string[] }> {
  const asked: string[] = []
  server = createServer((request, reply) => {
    asked.push(request.url!)
    const text = files[request.url!]
    reply.writeHead(text === undefined ? 404 : 200).end(text ?? '')
  })
  await new Promise<void>(resolve => void server!.listen(0, '127.0.0.1', resolve))
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

it('fetches a model of the hub, and never asks again for what it has', async () => {
  const { endpoint, asked } = await hub({
    '/own/tiny/resolve/main/tokenizer.json': TINY,
    '/own/tiny/resolve/main/tokenizer_config.json': JSON.stringify({ chat_template: 'T', eos_token: { content: '</s>' } }),
  })
  const first = await openTokenizer('own/tiny', { endpoint, cache })
  expect([first.count('a b a'), first.template, first.special['eos_token']]).toEqual([3, 'T', '</s>'])
  const before = asked.filter(url => url.endsWith('tokenizer.json')).length
  await openTokenizer('own/tiny', { endpoint, cache })
  expect(asked.filter(url => url.endsWith('tokenizer.json'))).toHaveLength(before)
})

it('says what is missing', async () => {
  const { endpoint } = await hub({})
  await expect(openTokenizer('own/none', { endpoint, cache })).rejects.toThrow("Cannot find a tokenizer for 'own/none'")
  server!.close()
  await expect(openTokenizer('own/none', { endpoint: 'http://127.0.0.1:1', cache })).rejects.toThrow('cannot be reached')
  await expect(openTokenizer('no such name')).rejects.toThrow('there is no such file')
})

it("counts OpenAI's tokens without any file", async () => {
  expect((await openTokenizer('o200k')).count('Hello <|endoftext|> world')).toBeGreaterThan(3)
})
