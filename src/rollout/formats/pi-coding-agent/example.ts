import { type FormatExample, jsonLines } from '../../format.ts'

/** A session of one question and its answer. */
export const example: FormatExample = {
  path: 'sessions/--srv-kite--/2026-03-01T10-00-00-000Z_01a00000-0000-7000-8000-0000000000aa.jsonl',
  id: '01a00000-0000-7000-8000-0000000000aa',
  content: id => {
    const asked = { role: 'user', content: 'Mend the kite' }
    const answered = { role: 'assistant', content: [{ type: 'text', text: 'Mended.' }] }
    return jsonLines([
      { type: 'session', version: 3, id, timestamp: '2026-03-01T10:00:00.000Z', cwd: '/srv/kite' },
      { type: 'message', id: 'a', parentId: null, timestamp: '2026-03-01T10:00:01.000Z', message: asked },
      { type: 'message', id: 'b', parentId: 'a', timestamp: '2026-03-01T10:00:02.000Z', message: answered },
    ])
  },
  next: (n, text) => {
    const call = { type: 'toolCall', id: `call-${n}`, name: 'read', arguments: { path: 'log.txt', at: 1 } }
    const answered = { role: 'assistant', content: [{ type: 'text', text }, call], model: 'm', provider: 'p', timestamp: n }
    const parentId = n === 0 ? 'b' : `b-${n - 1}`
    return jsonLines([
      { type: 'message', id: `a-${n}`, parentId, timestamp: TIME, message: { role: 'user', content: `${n}?` } },
      { type: 'message', id: `b-${n}`, parentId: `a-${n}`, timestamp: TIME, message: answered },
    ])
  },
}

const TIME = '2026-03-01T10:00:03.000Z'
