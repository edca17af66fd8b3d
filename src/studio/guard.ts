import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** What a request has to know to be let in. `port`: of this server; names of another are not ours. */
export type Admission = { token: string; port: () => number }

/** Headers of every answer: nothing runs or loads but what this server has, and no other page sees it. */
const HEADERS: { readonly [name: string]: string } = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/**
 * Lets in who has the token and comes from our own pages. A page of somebody else may reach a server of this machine: by its own name for
 * our address (Host), by a request of its own (Origin, Sec-Fetch-Site), or by a form (content type and header of what writes).
 */
export function guard({ token, port }: Admission): MiddlewareHandler {
  return async (c, next) => {
    const refusal = refusalOf(c, port())
    if (refusal !== null) return refused(c, 403, refusal)
    const cookie = `tw_${port()}`
    const url = new URL(c.req.url)
    const given = url.searchParams.get('token')
    if (given !== null && c.req.method === 'GET' && isSame(given, token)) {
      // The token leaves the address bar, and so the history, at once.
      setCookie(c, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
      url.searchParams.delete('token')
      withHeaders(c)
      return c.redirect(`${url.pathname.replace(/^\/+/, '/')}${url.search}`)
    }
    const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (!isSame(bearer ?? getCookie(c, cookie) ?? '', token))
      return refused(c, 401, 'Open the address that `tracewright studio` has printed: it holds the key to this server')
    withHeaders(c)
    return next()
  }
}

function refusalOf(c: Context, port: number): string | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const host = c.req.header('host') ?? ''
  if (!hosts.includes(host)) return `found the host '${host.slice(0, 100)}', expected ${hosts[0]}`
  const origin = c.req.header('origin')
  if (origin !== undefined && origin !== `http://${host}`) return 'the request comes from another page'
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'the request comes from another page'
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return null
  if (c.req.method !== 'POST') return `found the method ${c.req.method}, expected GET or POST`
  const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== 'application/json' || c.req.header('x-tracewright') !== '1')
    return 'what is to be written has to come as application/json with the header x-tracewright: 1'
  return null
}

function refused(c: Context, status: 401 | 403, why: string): Response {
  withHeaders(c)
  const isData = new URL(c.req.url).pathname.startsWith('/api/')
  return isData ? c.json({ error: { message: `Refused: ${why}`, hint: null } }, status) : c.text(`Refused: ${why}.\n`, status)
}

function withHeaders(c: Context): void {
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
}

/** Compares in a time that tells nothing of where the texts differ. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
