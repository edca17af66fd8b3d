import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../json/json.ts'

/** A request a server got. */
export type SeenRequest = { method: string; url: string; headers: IncomingHttpHeaders; body: JsonObject }

/** What a server does with its n-th request, counted from 1. */
export type Answer = (request: SeenRequest, n: number, response: ServerResponse) => void | Promise<void>

/** A real HTTP server on the loopback that answers as a test says, and remembers what it was asked. */
export class ChatServer implements AsyncDisposable {
  readonly seen: SeenRequest[] = []
  inFlight = 0
  mostInFlight = 0
  private readonly server

  constructor(answer: Answer) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', async () => {
        const text = Buffer.concat(chunks).toString()
        const seen = { method: request.method!, url: request.url!, headers: request.headers, body: text === '' ? {} : JSON.parse(text) }
        this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight)
        const n = this.seen.push(seen)
        response.on('close', () => this.inFlight--)
        await answer(seen, n, response)
      })
    })
  }

  /** Start one on a free port. */
  static async start(answer: Answer): Promise<ChatServer> {
    const server = new ChatServer(answer)
    await new Promise<void>(resolve => server.server.listen(0, '127.0.0.1', resolve))
    return server
  }

  /** The base URL. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.port}/v1`
  }

  /** The port it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections()
    await new Promise(resolve => this.server.close(resolve))
  }
}

/** Send JSON. */
export function send(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

/** Send a chat completion. */
export function say(response: ServerResponse, content: string, more: JsonObject = {}): void {
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, prompt_tokens_details: { cached_tokens: 3 } }
  send(response, 200, {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'served-model',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content }, ...more }],
    usage,
  })
}
