import { AsyncLocalStorage } from 'node:async_hooks'
import type { JsonObject } from '../json/json.ts'
import { post } from './post.ts'

/** A request and where to send it, in the subset of `fetch` that the providers' libraries use. */
export type ProviderFetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What holds for one call: seconds it may take, and keys put into its JSON body. */
export type CallSettings = { timeout?: number | undefined; extraBody: JsonObject }

/** The settings of the call under way. Not given to `providerFetch`, since making a model anew for each call would cost more than the call. */
export const callSettings = new AsyncLocalStorage<CallSettings>()

/** A `fetch` for libraries over the connections of `post`. */
export function providerFetch(endpoint: string): ProviderFetch {
  return async (url, init = {}) => {
    const { timeout, extraBody = {} } = callSettings.getStore() ?? {}
    const adds = Object.keys(extraBody).length > 0
    const body = adds ? JSON.stringify({ ...JSON.parse(init.body as string), ...extraBody }) : (init.body as string)
    const headers = init.headers as Record<string, string>
    return new Response(await post({ endpoint, url: String(url), headers, body, timeout, signal: init.signal }), { status: 200 })
  }
}
