import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import { bucketSum } from '../../log/ledger.ts'
import { folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const FOLDER = 'sessions/fde9f6b3575d8cd3dcc5e9586ad22c83/01b00000-0000-4000-8000-000000000009'
let at = 1772359200
const shown = (type: string, payload: object = {}) => ({ timestamp: ++at, message: { type, payload } })
const prompt = (text: string) => shown('TurnBegin', { user_input: text })
const text = (words: string) => shown('ContentPart', { type: 'text', text: words })
const call = (id: string) => shown('ToolCall', { type: 'function', id, function: { name: 'Shell', arguments: '{"command":"row"}' } })
const result = (id: string) => shown('ToolResult', { tool_call_id: id, return_value: { is_error: false, output: 'rowed', message: '' } })
const said = (role: string, content: string) => ({ role, content })
const [begin, broke, end] = [() => shown('StepBegin', { n: 1 }), () => shown('StepInterrupted'), () => shown('TurnEnd')]

async function read(context: readonly object[], wire: readonly object[], options = {}) {
  const root = folderWith({
    [`${FOLDER}/context.jsonl`]: jsonl([{ role: '_checkpoint', id: 0 }, ...context]),
    [`${FOLDER}/wire.jsonl`]: jsonl([{ type: 'metadata', protocol_version: '1.10' }, ...wire]),
  })
  const { rows, units } = await readLogs(root, options)
  for (const { ledger } of units) {
    expect(bucketSum(ledger.buckets)).toBe(ledger.records)
    expect(ledger.buckets.unparsed).toEqual({})
  }
  const row = rows[0]!
  return {
    row,
    told: row.messages.map(({ role, content, tool_calls }, i) => {
      const marks = `${row.message_meta[i]!.train ? ' ✓' : ''}${row.message_meta[i]!.boundary === 'interruption' ? ' |' : ''}`
      return `${role}: ${textOf(content)}${(tool_calls ?? []).map(({ id }) => `→${id}`).join('')}${marks}`
    }),
  }
}

describe('a response of Kimi CLI that was interrupted', () => {
  it('is told where it was shown, and not trained on: at the end', async () => {
    const { row, told } = await read([said('user', 'Row')], [prompt('Row'), begin(), text('Rowing as f'), broke()])
    expect(told).toEqual(['user: Row', 'assistant: Rowing as f'])
    expect(row.outcome.status).toBe('interrupted')
  })

  it('between two prompts, of the same words too', async () => {
    const wire = [prompt('Row'), begin(), text('Rowing'), broke(), prompt('Row'), begin(), text('Rowed.'), end()]
    const { told } = await read([said('user', 'Row'), said('user', 'Row'), said('assistant', 'Rowed.')], wire)
    expect(told).toEqual(['user: Row', 'assistant: Rowing', 'user: Row |', 'assistant: Rowed. ✓'])
  })

  it('with the calls it made, and what came of them', async () => {
    const wire = [prompt('Row'), begin(), call('c1'), call('c2'), result('c1'), broke(), prompt('Why?'), begin(), text('Wind.'), end()]
    const { told } = await read([said('user', 'Row'), said('user', 'Why?'), said('assistant', 'Wind.')], wire)
    expect(told).toEqual(['user: Row', 'assistant: →c1→c2', 'tool: rowed', 'user: Why? |', 'assistant: Wind. ✓'])
  })

  it('is told once where the context has it, and not where it shows nothing', async () => {
    const wire = [prompt('Row'), begin(), text('Rowed.'), broke(), prompt('On'), begin(), broke()]
    const { told } = await read([said('user', 'Row'), said('assistant', 'Rowed.'), said('user', 'On')], wire)
    expect(told).toEqual(['user: Row', 'assistant: Rowed. ✓', 'user: On'])
  })

  it('is not what the model was sent', async () => {
    const wire = [prompt('Row'), begin(), text('Rowing'), broke(), prompt('On'), begin(), text('Rowed.'), end()]
    const { told } = await read([said('user', 'Row'), said('user', 'On'), said('assistant', 'Rowed.')], wire, { context: 'as_sent' })
    expect(told).toEqual(['user: Row', 'user: On', 'assistant: Rowed. ✓'])
  })
})
