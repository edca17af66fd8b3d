import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { messageOf } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import { milliseconds } from '../milliseconds.ts'
import { pictureType } from '../picture-type.ts'
import { cancelled } from './cancel.ts'

/** A picture as base64, or why there is none. */
export type Fetched = { base64: string } | { problem: string }

/** For whom a picture is fetched, and how long that may take. */
type Fetching = { endpoint: string; timeout: number | undefined; signal: AbortSignal | undefined }

/**
 * The picture at an address that a model server gave. The address is a stranger's word: it gets no key, is not followed further, reaches
 * no machine of the own network unless the server itself stands on that very host, and what is there must be a picture.
 */
export async function downloadPicture(address: string, fetching: Fetching): Promise<Fetched> {
  const { origin, pathname } = new URL(address) // what stands behind may be a key
  let found = ''
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const picture = await fetchOnce(address, fetching)
      if (pictureType(picture) !== null) return { base64: picture.toString('base64') }
      found = `${writeJson(picture.toString('latin1', 0, 20))}, which is none`
      break
    } catch (error) {
      if (fetching.signal?.aborted) throw cancelled(fetching.signal)
      found = messageOf(error)
      if (error instanceof Final) break
    }
  }
  return { problem: `Cannot fetch the picture that the server named, at ${`${origin}${pathname}`.slice(0, 200)}: found ${found}` }
}

/** What will not be otherwise when it is tried again. */
class Final extends Error {}

async function fetchOnce(address: string, { endpoint, timeout = 60, signal }: Fetching): Promise<Buffer> {
  const { hostname } = new URL(address)
  const isOwnHost = isHostOf(address, endpoint)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (!isOwnHost && isIP(host) !== 0 && isPrivate(host)) throw new Final(`the private address ${host}`)
  const { Agent, request } = await import('undici')
  const agent = new Agent({ connect: { lookup: isOwnHost ? lookup : publicLookup, timeout: 10_000 } })
  const late = AbortSignal.timeout(milliseconds(timeout))
  try {
    const { statusCode, body } = await request(address, {
      dispatcher: agent,
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    })
    if (statusCode !== 200) throw statusCode >= 500 ? new Error(`HTTP ${statusCode}`) : new Final(`HTTP ${statusCode}`)
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      if ((bytes += chunk.length) > MAX_BYTES) throw new Final(`more than ${MAX_BYTES >> 20} MiB`)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    throw late.aborted ? new Final(`nothing within ${timeout} s`) : error
  } finally {
    agent.destroy().catch(() => {}) // nothing is left that could fail
  }
}

/** Whether an address is on the host of the server, which on this machine may go by several names. */
function isHostOf(address: string, endpoint: string): boolean {
  const [a, b] = [URL.parse(address), URL.parse(endpoint)]
  if (a === null || b === null) return false
  return a.hostname === b.hostname || (LOOPBACK.test(a.hostname) && LOOPBACK.test(b.hostname) && a.port === b.port)
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/
const TRIES = 3
const MAX_BYTES = 32 << 20

/** Looks names up and leaves addresses of the own network out, so that no name leads there. */
const publicLookup: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    const open = error === null ? found.filter(({ address }) => !isPrivate(address)) : []
    const first = open[0]
    if (first === undefined) done(error ?? new Final(`'${name}' leads to a private address`), '', 0)
    else if (options.all === true) done(null, open)
    else done(null, first.address, first.family)
  })
}

const OWN_NETWORK = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  OWN_NETWORK.addSubnet(net, prefix)
for (const [net, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  OWN_NETWORK.addSubnet(net, prefix, 'ipv6')

function isPrivate(address: string): boolean {
  return OWN_NETWORK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
