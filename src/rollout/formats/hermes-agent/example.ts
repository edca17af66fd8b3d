import { type FormatExample, jsonLines } from '../../format.ts'

/** A gateway's log of one question and its answer; its session is named by the file alone. */
export const example: FormatExample = {
  path: 'sessions/20260301_100000_ab12cd.jsonl',
  id: '20260301_100000_ab12cd',
  content: () =>
    jsonLines([
      { role: 'session_meta', tools: [], model: 'm', platform: 'cli', timestamp: '2026-03-01T10:00:00' },
      { role: 'user', content: 'Mend the kite', timestamp: '2026-03-01T10:00:01' },
      { role: 'assistant', content: 'Mended.', timestamp: '2026-03-01T10:00:02' },
    ]),
}
