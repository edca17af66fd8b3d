/*
 * An MCP server that does what its first argument says. It speaks the protocol by hand, since no library would do this.
 */

const mode = process.argv[2]
process.stderr.write('\u001b[2J\u001b]0;kite\u0007 words of the server\n')

const write = text => process.stdout.write(`${text}\n`)
const answer = (id, result) => write(JSON.stringify({ jsonrpc: '2.0', id, result }))
const raw = (id, result) => write(`{"jsonrpc":"2.0","id":${id},"result":${result}}`)
const nested = depth => '['.repeat(depth) + ']'.repeat(depth)
const tool = name => ({ name, description: 'Says it back', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } })

function flood() {
  const block = 'z'.repeat(1 << 20)
  const more = () => {
    while (process.stdout.write(block));
    process.stdout.once('drain', more)
  }
  more()
}

const lists = {
  'no schema': id => answer(id, { tools: [tool('echo'), { name: 'bare' }] }),
  'deep schema': id => raw(id, `{"tools":[{"name":"echo","inputSchema":{"type":"object","x":${nested(100_000)}}}]}`),
  'two pages': (id, cursor) =>
    answer(id, cursor === undefined ? { tools: [tool('echo')], nextCursor: 'second' } : { tools: [tool('later')] }),
  'no last page': id => answer(id, { tools: [tool('echo')], nextCursor: 'again' }),
  'ever new pages': (id, cursor = '0') =>
    answer(id, { tools: Array.from({ length: 4_000 }, (_, i) => tool(`t${cursor}_${i}`)), nextCursor: `${Number(cursor) + 1}` }),
  'empty pages': (id, cursor = '0') => answer(id, { tools: [], nextCursor: `${Number(cursor) + 1}` }),
  'long words': (id, cursor) => {
    const words = { ...tool(cursor ?? 'first'), description: 'w'.repeat(6_000_000) }
    answer(id, cursor === undefined ? { tools: [words], nextCursor: 'second' } : { tools: [words] })
  },
  'shapes of its own': id => {
    const outputSchema = { type: 'object', properties: { words: { type: 'string', pattern: '^(a+)+$' } } }
    answer(id, { tools: [{ ...tool('echo'), outputSchema }] })
  },
  'one name twice': id => answer(id, { tools: [tool('echo'), tool('echo')] }),
  'names of objects': id => answer(id, { tools: [tool('__proto__'), tool('constructor'), tool('echo')] }),
}

const calls = {
  fine: id => answer(id, { content: [{ type: 'text', text: 'fine' }] }),
  hangs: () => {},
  dies: () => process.exit(3),
  'dies once': (id, { text }) => (text === 'die' ? process.exit(3) : calls.fine(id)),
  floods: flood,
  'shapes of its own': id => answer(id, { content: [{ type: 'text', text: 'ok' }], structuredContent: { words: `${'a'.repeat(50)}!` } }),
  'deep result': id => raw(id, `{"content":[{"type":"text","text":"ok","_meta":${nested(100_000)}}]}`),
  prototypes: id =>
    raw(
      id,
      '{"__proto__":{"polluted":1},"content":[{"type":"text","text":"ok","__proto__":{"polluted":1}}],"structuredContent":{"__proto__":{"polluted":1}}}',
    ),
  escapes: id => answer(id, { content: [{ type: 'text', text: '\u001b[2J done' }] }),
  garbage: id => {
    process.stdout.write('no JSON\n\u0000{"jsonrpc":\n')
    calls.fine(id)
  },
  'a long error': id => write(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -1, message: `boom ${'e'.repeat(1_000_000)}` } })),
  'other blocks': id => answer(id, { content: [{ type: 'zebra' }] }),
  'requests of its own': id => {
    for (let i = 0; i < 100; i++) write(JSON.stringify({ jsonrpc: '2.0', id: `s${i}`, method: 'sampling/createMessage', params: {} }))
    calls.fine(id)
  },
}

function on({ id, method, params }) {
  if (method === 'initialize') {
    if (mode === 'floods at once') return flood()
    if (mode === 'dies at once') return process.exit(3)
    answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: '\u001b[31mx', version: '1' } })
  } else if (method === 'tools/list') (lists[mode] ?? (n => answer(n, { tools: [tool('echo')] })))(id, params?.cursor)
  else if (method === 'tools/call') (calls[mode] ?? calls.fine)(id, params.arguments)
}

let waiting = ''
process.stdin.on('data', data => {
  const lines = (waiting + data).split('\n')
  waiting = lines.pop()
  for (const line of lines) if (line.trim() !== '') on(JSON.parse(line))
})
