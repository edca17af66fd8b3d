import { type FormatExample, jsonLines } from '../../format.ts'

/** A small session, as Kimi Code leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const time = (i: number) => Date.UTC(2026, 2, 1, 10, 0, 0, 250) + i * 1000
  const event = (i: number, what: object) => ({ type: 'context.append_loop_event', event: what, time: time(i) })
  const records = answers.flatMap((answer, i) => {
    const uuid = `${id}-${i}`
    const message = { role: 'user', content: [{ type: 'text', text: 'Mend the kite' }], toolCalls: [], origin: { kind: 'user' } }
    return [
      { type: 'context.append_message', message, time: time(i) },
      event(i, { type: 'step.begin', uuid, turnId: String(i), step: 1 }),
      event(i, { type: 'content.part', uuid: `${uuid}-p`, stepUuid: uuid, part: { type: 'text', text: answer } }),
      event(i, { type: 'step.end', uuid, turnId: String(i), step: 1, finishReason: 'end_turn' }),
    ]
  })
  const metadata = { type: 'metadata', protocol_version: '1.4', created_at: time(0) }
  const state = { id, title: 'kite', cwd: '/srv/kite', agents: { main: { type: 'main', parentAgentId: null } } }
  return { [`${FOLDER}/agents/main/wire.jsonl`]: jsonLines([metadata, ...records]), [`${FOLDER}/state.json`]: JSON.stringify(state) }
}

const FOLDER = 'sessions/wd_kite_01a000000000/session_01a00000-0000-4000-8000-000000000001'
