import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Grok Build leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const items = answers.flatMap((answer, i) => [
    { type: 'user', content: [{ type: 'text', text: 'Mend the kite' }], prompt_index: i },
    { type: 'assistant', content: answer, model_id: 'm' },
  ])
  const summary = {
    info: { id, cwd: '/srv/kite' },
    session_summary: 'Kites',
    created_at: '2026-03-01T10:00:00Z',
    updated_at: '2026-03-01T10:05:00Z',
  }
  const folder = 'sessions/%2Fsrv%2Fkite/019c0000-0000-7000-8000-000000000001'
  return {
    [`${folder}/chat_history.jsonl`]: jsonLines([{ type: 'system', content: 'Mend what flies' }, ...items]),
    [`${folder}/summary.json`]: JSON.stringify({ ...summary, current_model_id: 'm', chat_format_version: 1 }),
  }
}
