// An MCP server on standard input and output: `node tool-server.mjs [tool …]` has the tools named. It writes its process id where PID_FILE says.
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

if (process.env.PID_FILE) writeFileSync(process.env.PID_FILE, String(process.pid))
const text = words => ({ content: [{ type: 'text', text: words }] })
const TOOLS = {
  sum: ({ numbers }) => text(String(numbers.reduce((total, number) => total + number, 0))),
  lines: () => ({ content: [...text('one').content, ...text('two').content] }),
  refuse: () => ({ ...text('it is closed'), isError: true }),
  wait: () => new Promise(() => {}),
  variable: ({ name }) => text(process.env[name] ?? 'not set'),
  photo: () => ({ content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] }),
}
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TOOLS)
const send = message => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  if (method === 'initialize')
    send({
      id,
      result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'tools', version: '1' } },
    })
  if (method === 'tools/list')
    send({ id, result: { tools: names.map(name => ({ name, inputSchema: { type: 'object', properties: {} } })) } })
  if (method === 'tools/call') Promise.resolve(TOOLS[params.name](params.arguments)).then(result => send({ id, result }))
}
