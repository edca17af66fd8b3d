import { isObject, type Json, parseJson } from '../../json/json.ts'

/** Most bytes of a message of a tool server; of servers that are started here the SDK takes as many. */
export const MOST_BYTES = 10 << 20

/**
 * `fetch` for a tool server: where a message of it is larger than `limit` bytes, the rest is not read, and the calls that wait for it are
 * answered with an error. In a stream of events each event is a message.
 */
export function boundedFetch(limit: number = MOST_BYTES): (url: string | URL, init?: RequestInit) => Promise<Response> {
  const waiting = new Set<string | number>()
  return async (url, init) => {
    const id = idOf(init?.body)
    if (id !== null) waiting.add(id)
    const response = await fetch(url, init)
    if (response.body === null) return response
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
    const refuse = () => {
      // What comes by a stream that no call has opened may be the answer to any of them.
      const refused = id === null ? [...waiting] : [id]
      for (const each of refused) waiting.delete(each)
      return refused.map(each => refusal(each, limit, isStream)).join('')
    }
    const isAnswer = id !== null && response.status !== ACCEPTED
    const body = response.body.pipeThrough(bounded(limit, isStream, refuse, () => isAnswer && waiting.delete(id)))
    const { status, statusText, headers } = response
    return Object.defineProperty(new Response(body, { status, statusText, headers }), 'url', { value: response.url })
  }
}

/** The answer comes by another stream. */
const ACCEPTED = 202

/** Passes on what is small enough. Answers that are one message are held until they are whole: half of one says nothing. */
function bounded(limit: number, isStream: boolean, refuse: () => string, whole: () => unknown): TransformStream<Uint8Array, Uint8Array> {
  const held: Uint8Array[] = []
  let size = 0 // of the message so far
  let line = 0 // of the line so far
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of isStream ? chunk : []) {
        if (byte === LF && line === 0) size = 0
        else size++
        line = byte === LF ? 0 : byte === CR ? line : line + 1
        if (size > limit) break
      }
      if (!isStream) size += chunk.length
      if (size > limit) {
        // An event that was begun is ended first: what is refused stands alone.
        controller.enqueue(Buffer.from(isStream ? `\n\n${refuse()}` : refuse()))
        controller.terminate()
      } else if (isStream) controller.enqueue(chunk)
      else held.push(chunk)
    },
    flush(controller) {
      for (const chunk of held) controller.enqueue(chunk)
      whole()
    },
  })
}

const [LF, CR] = [10, 13]

function refusal(id: string | number, limit: number, isStream: boolean): string {
  const message = `found an answer of more than ${limit} bytes, expected at most so many`
  const json = JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } })
  return isStream ? `event: message\ndata: ${json}\n\n` : json
}

/** Number of the call that a request carries; null: it carries none. */
function idOf(body: unknown): string | number | null {
  if (typeof body !== 'string') return null
  const sent: Json | undefined = parseJson(body)
  const id = isObject(sent) && 'method' in sent ? sent['id'] : undefined
  return typeof id === 'string' || typeof id === 'number' ? id : null
}
