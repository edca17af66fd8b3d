import type { Row } from '../../row.ts'

/** A session with every hazard of training data: replays, errors and their fix, a loop, an interruption, a cut, an unanswered call. */
export function sampleRow(traceId = 'sample'): Row {
  const said: [role: string, text: string, meta?: { [key: string]: string | boolean }, call?: [id: string, name: string, args: string]][] =
    [
      ['system', 'Be careful.'],
      ['user', 'Look at a.ts'],
      ['assistant', 'Replayed words', { train: false, replay: true, origin: 'model' }],
      ['user', 'And now?'],
      ['assistant', 'I read it.', {}, ['c1', 'read', '{"path":"b.ts","big":12345678901234567890123,"one":1.0}']],
      ['tool', 'No such file', { is_error: true }, ['c1', '', '']],
      ['assistant', '', {}, ['c2', 'read', '{"path":"a.ts"}']],
      ['tool', `${'line of a file\n'.repeat(400)}`, {}, ['c2', '', '']],
      ['assistant', 'It is long.'],
      ['user', 'Stop that', { boundary: 'interruption' }],
      ['user', 'Do this instead'],
      ['assistant', 'Done: 你好 é 𝒳'],
      ['user', 'Summary of before', { boundary: 'compaction' }],
      ['assistant', 'Going on.', {}, ['c3', 'run', '{}']],
    ]
  const messages = said.map(([role, text, , call]) => ({
    role,
    content: text === '' ? [] : [{ type: 'text', text }],
    ...(role === 'assistant' && text === 'It is long.' ? { reasoning_content: 'Let me see.' } : {}),
    ...(role === 'assistant' && call
      ? { tool_calls: [{ id: call[0], type: 'function', function: { name: call[1], arguments: call[2] } }] }
      : {}),
    ...(role === 'tool' ? { tool_call_id: call![0] } : {}),
  }))
  const meta = said.map(([role, , more]) => ({ train: role === 'assistant', origin: role === 'assistant' ? 'model' : 'human', ...more }))
  return { trace_id: traceId, root_session_id: `root-${traceId}`, messages, message_meta: meta, tools: { status: 'absent', schemas: [] } }
}
