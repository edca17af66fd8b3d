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
      async load(fetch) {
        const { createAnthropic } = await import('@ai-sdk/anthropic')
        const headers = provider.extraHeaders === null ? {} : { headers: provider.extraHeaders }
        return createAnthropic({ baseURL: endpoint, apiKey: key ?? 'none', fetch, ...headers }).messages(model)
      },
    })
  },
})
