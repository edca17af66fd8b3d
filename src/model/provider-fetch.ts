import type { JsonObject } from '../json/json.ts'
import { post } from './post.ts'

/** A request and where to send it, in the subset of `fetch` that the providers' libraries use. */
export type ProviderFetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What holds for one call: below which URL it is made, seconds it may take, and keys put into its JSON body. */
export type CallSettings = { endpoint: string; timeout: number | undefined; extraBody: JsonObject }

/** A `fetch` for one call of a library, over the connections of `post`. */
export function providerFetch({ endpoint, timeout, extraBody }: CallSettings): ProviderFetch {
  return async (url, init = {}) => {
    const adds = Object.keys(extraBody).length > 0
    const body = adds ? JSON.stringify({ ...JSON.parse(init.body as string), ...extraBody }) : (init.body as string)
    const headers = init.headers as Record<string, string>
    return new Response(await post({ endpoint, url: String(url), headers, body, timeout, signal: init.signal }), { status: 200 })
  }
}
