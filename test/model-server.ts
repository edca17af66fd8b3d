import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A question the server was asked. */
export type Question = { prompt: string; nth: number; request: IncomingMessage; response: ServerResponse }

/** What a server does with a question: an answer, or nothing where it answered by itself. */
export type Answer = (question: Question) => string | void | Promise<string | void>

/** A server that speaks chat completions on this machine, and counts what it served. */
export type ModelServer = {
  endpoint: string
  served: Map<string, number> // answers by prompt; health checks are left out
  asked: Map<string, number> // questions by prompt
  health: number
  calls(): number
  close(): Promise<void>
}

/** Start a server. Each answer costs 10 tokens in and 5 out. */
export async function startModelServer(answer: Answer): Promise<ModelServer> {
  const served = new Map<string, number>()
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const prompt = String(JSON.parse(body).messages.at(-1).content)
    if (prompt === 'Hello!') {
      state.health++
      return reply(response, 'Hello!')
    }
    const nth = (asked.get(prompt) ?? 0) + 1
    asked.set(prompt, nth)
    const text = await answer({ prompt, nth, request, response })
    if (typeof text !== 'string') return
    // Counted with the last byte: a client that is gone by then was served all the same.
    served.set(prompt, (served.get(prompt) ?? 0) + 1)
    reply(response, text)
  })
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const state: ModelServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    served,
    asked,
    health: 0,
    calls: () => [...served.values()].reduce((sum, n) => sum + n, 0),
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
  return state
}

/** Answer with a message. */
export function reply(response: ServerResponse, text: string): void {
  const body = {
    id: 'x',
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Wait. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
