import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Mistral Vibe leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const messages = answers.flatMap((answer, i) => [
    { role: 'user', content: 'Mend the kite', injected: false, message_id: `${id}-a${i}` },
    { role: 'assistant', content: answer, injected: false, message_id: `${id}-b${i}` },
  ])
  const meta = {
    session_id: id,
    parent_session_id: null,
    start_time: '2026-03-01T10:00:00+00:00',
    end_time: '2026-03-01T10:05:00+00:00',
    git_commit: null,
    git_branch: 'main',
    environment: { working_directory: '/srv/kite' },
    username: 'reed',
    total_messages: messages.length,
  }
  return { [`${FOLDER}/messages.jsonl`]: jsonLines(messages), [`${FOLDER}/meta.json`]: JSON.stringify(meta) }
}

const FOLDER = 'logs/session/session_20260301_100000_01a00000'
