import { sdkModel } from './ai-sdk.ts'
import { defineProvider } from './provider.ts'

/** Gemini models at `<endpoint>/models/<model>:generateContent`. */
export const google = defineProvider({
  name: 'google',
  title: 'Google Gemini',
  remote: true,
  nativeSchema: true,
  connect({ provider, model, key }) {
    return sdkModel({
      endpoint: provider.endpoint,
      extraBody: provider.extraBody,
      textSeparator: '',
      async load() {
        const { createGoogle } = await import('@ai-sdk/google')
        const headers = provider.extraHeaders === null ? {} : { headers: provider.extraHeaders }
        return fetch => createGoogle({ baseURL: provider.endpoint, apiKey: key ?? 'none', fetch, ...headers }).chat(model)
      },
    })
  },
  example: {
    path: '/v1/models/m:generateContent',
    keyHeader: 'x-goog-api-key',
    reply: text => ({
      responseId: 'r1',
      modelVersion: 'm',
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
    }),
    error: message => ({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),
  },
})
