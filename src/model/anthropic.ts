import { sdkModel } from './ai-sdk.ts'
import { defineProvider } from './provider.ts'

/** Anthropic's messages at `<endpoint>/messages`; an endpoint without a version gets `/v1`. */
export const anthropic = defineProvider({
  name: 'anthropic',
  title: 'Anthropic',
  remote: true,
  nativeSchema: true,
  connect({ provider, model, key }) {
    const endpoint = /\/v\d+$/.test(provider.endpoint) ? provider.endpoint : `${provider.endpoint}/v1`
    return sdkModel({
      endpoint,
      extraBody: provider.extraBody,
      textSeparator: '\n',
      maxTokens: 4096, // the protocol wants a limit
      async load() {
        const { createAnthropic } = await import('@ai-sdk/anthropic')
        const headers = provider.extraHeaders === null ? {} : { headers: provider.extraHeaders }
        return fetch => createAnthropic({ baseURL: endpoint, apiKey: key ?? 'none', fetch, ...headers }).messages(model)
      },
    })
  },
  example: {
    path: '/v1/messages',
    keyHeader: 'x-api-key',
    reply: text => ({
      type: 'message',
      id: 'r1',
      model: 'm',
      role: 'assistant',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 5, output_tokens: 2 },
    }),
    error: message => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
  },
})
