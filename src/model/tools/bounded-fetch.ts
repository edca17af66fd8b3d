import { isObject, type Json, parseJson } from '../../json/json.ts'
import { EventLines } from './event-lines.ts'

/** Most bytes of a message of a tool server; of servers that are started here the SDK takes as many. */
export const MOST_BYTES = 10 << 20

/** Writes what the calls are told that get no answer. */
type Refuse = (message: string) => string

type Reader = ReadableStreamDefaultReader<Uint8Array>

/**
 * `fetch` for a tool server, by which no call waits for an answer that cannot come any more. Where a message is larger than `limit` bytes
 * the rest is not read, and where a stream of events ends before the answer that it was opened for, the calls that wait are answered with an
 * error. In a stream of events each event is a message. `onLost` is told that nothing of what was agreed with the server holds any more: it
 * knows the session no longer, or, where all answers come by one stream (`isPushed`), that has ended.
 */
export class BoundedFetch {
  private readonly limit: number
  private readonly isPushed: boolean
  private readonly onLost: () => void
  private readonly waiting = new Set<string | number>()

  constructor({ isPushed, onLost, limit = MOST_BYTES }: { isPushed: boolean; onLost: () => void; limit?: number }) {
    this.isPushed = isPushed
    this.onLost = onLost
    this.limit = limit
  }

  /** Fetch; bound, to be handed on. */
  readonly fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const { id, givenUp } = callOf(init?.body)
    if (givenUp !== null) this.waiting.delete(givenUp)
    if (id !== null) this.waiting.add(id)
    try {
      const response = await fetch(url, init)
      if (!response.ok && id !== null) this.waiting.delete(id)
      if (response.status === UNKNOWN && new Headers(init?.headers).has(SESSION)) this.onLost()
      return response.body === null ? response : this.bounded(response, response.body, id)
    } catch (error) {
      if (id !== null) this.waiting.delete(id)
      throw error
    }
  }

  /** A message of this number came: the call that it answers waits no longer. */
  heard(id: string | number | undefined): void {
    if (id !== undefined) this.waiting.delete(id)
  }

  private bounded(response: Response, body: ReadableStream<Uint8Array>, id: string | number | null): Response {
    const { status, statusText, headers } = response
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false
    const refuse: Refuse = message => {
      // What comes by a stream that no call has opened may be the answer to any of them.
      const refused = id === null ? [...this.waiting] : this.waiting.has(id) ? [id] : []
      for (const each of refused) this.waiting.delete(each)
      return refused.map(each => refusal(each, message, isStream)).join('')
    }
    const ended = id === null && isStream && this.isPushed ? this.onLost : () => {}
    const reader = body.getReader()
    const chunks = chunksOf(reader)
    const pieces = isStream ? events(chunks, this.limit, refuse, id !== null) : whole(chunks, this.limit, refuse)
    const passed = new Response(streamOf(pieces, reader, ended), { status, statusText, headers })
    return Object.defineProperty(passed, 'url', { value: response.url })
  }
}

/** An answer that is one message is held until it is whole: half of one says nothing. */
async function* whole(body: AsyncIterable<Uint8Array>, limit: number, refuse: Refuse): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) return yield Buffer.from(refuse(tooLarge(limit)))
    held.push(chunk)
  }
  yield Buffer.concat(held)
}

/** Lines of a stream of events. One that tells its events' numbers is asked for the rest elsewhere, where it ends too soon. */
async function* events(body: AsyncIterable<Uint8Array>, limit: number, refuse: Refuse, isAnswer: boolean): AsyncGenerator<Uint8Array> {
  const lines = new EventLines()
  let isNumbered = false
  // An event that was begun is ended first: what is refused stands alone.
  const refused = (message: string) => Buffer.from(`\n\n${refuse(message)}`)
  try {
    for await (const chunk of body) {
      for (const line of lines.of(chunk)) {
        if (lines.size > limit) break
        // How soon it is asked again is not for the server to say: at once, and it is asked without end; in a day, and the process waits for it.
        if (line.toString('latin1', 0, 6) === 'retry:') continue
        isNumbered ||= line.toString('latin1', 0, 3) === 'id:'
        yield line
      }
      if (lines.size > limit) return yield refused(tooLarge(limit))
    }
    yield lines.rest()
  } catch {
    // A stream that is cut has ended.
  }
  if (isAnswer && !isNumbered) yield refused('the connection ended before the answer')
}

/** What a reader reads, which is cancelled where that is read no further. */
async function* chunksOf(reader: Reader): AsyncGenerator<Uint8Array> {
  let isRead = false
  try {
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) yield value!
    isRead = true
  } finally {
    if (!isRead) reader.cancel().catch(() => {}) // what is left says nothing any more
  }
}

/** A stream of what is made of what a reader reads: it is read as it is asked for, and no sooner. */
function streamOf(pieces: AsyncGenerator<Uint8Array>, reader: Reader, onEnd: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await pieces.next()
        if (!done) return controller.enqueue(value)
        controller.close()
        onEnd()
      },
      // Those who make pieces may be waiting for the reader: it is what has to be told.
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

function tooLarge(limit: number): string {
  return `found an answer of more than ${limit} bytes, expected at most so many`
}

function refusal(id: string | number, message: string, isStream: boolean): string {
  const json = JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } })
  return isStream ? `event: message\ndata: ${json}\n\n` : json
}

/** Number of the call that a request carries, and of the one that it gives up; null: none. */
function callOf(body: unknown): { id: string | number | null; givenUp: string | number | null } {
  const sent: Json | undefined = typeof body === 'string' ? parseJson(body) : undefined
  if (!isObject(sent) || !('method' in sent)) return { id: null, givenUp: null }
  const { method, params } = sent
  return { id: numberOf(sent['id']), givenUp: method === CANCELLED && isObject(params) ? numberOf(params['requestId']) : null }
}

function numberOf(id: Json | undefined): string | number | null {
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

const CANCELLED = 'notifications/cancelled'
const SESSION = 'mcp-session-id'
const UNKNOWN = 404
