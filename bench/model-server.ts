import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// A server in a process of its own: `node bench/model-server.ts LATENCY_MS`. It tells its port on its parent's channel.
const latency = Number(process.argv[2] ?? 0)
const body = JSON.stringify({
  id: 'x',
  model: 'm',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'A reply of a few words, as short as replies are.' } },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 5 },
})
const server = createServer((request, response) => {
  const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  request.resume().on('end', () => (latency > 0 ? setTimeout(answer, latency) : answer()))
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
