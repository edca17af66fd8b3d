import { type FormatExample, jsonLines } from '../../format.ts'

/** A session of one question and its answer. */
export const example: FormatExample = {
  path: 'projects/-srv-kite/11111111-1111-4111-8111-111111111111.jsonl',
  id: '11111111-1111-4111-8111-111111111111',
  content: id => {
    const common = { ...COMMON, sessionId: id }
    const reply = { id: 'msg_1', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'Mended.' }], usage: {} }
    return jsonLines([
      { uuid: 'u1', parentUuid: null, type: 'user', message: { role: 'user', content: 'Mend the kite' }, ...common },
      { uuid: 'u2', parentUuid: 'u1', type: 'assistant', message: reply, ...common },
    ])
  },
  next: (n, text) => {
    const reply = { id: `msg_${n + 2}`, type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text }] }
    const [asked, answered] = [`a-${n}`, `b-${n}`]
    const common = { ...COMMON, sessionId: example.id }
    const parentUuid = n === 0 ? 'u2' : `b-${n - 1}`
    return jsonLines([
      { uuid: asked, parentUuid, type: 'user', message: { role: 'user', content: `${n}?` }, ...common },
      { uuid: answered, parentUuid: asked, type: 'assistant', message: reply, ...common },
    ])
  },
}

const COMMON = { isSidechain: false, cwd: '/srv/kite', version: '2.1.0', timestamp: '2026-03-01T10:00:00.000Z' }
