import type { FormatExample } from '../../format.ts'

/** A small session, as OpenCode before version 1.2 leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const session = { id, version: '1.1.0', projectID: id, directory: '/srv/kite', title: id, time: { created: START, updated: START } }
  const files: { [path: string]: object } = { 'storage/session/global/ses_kite.json': session }
  const add = (turn: number, message: { role: string; [key: string]: unknown }, text: string) => {
    const name = `${String(turn).padStart(6, '0')}_${message.role}`
    const info = { ...message, id: `msg_${name}`, sessionID: id, time: { created: START + turn * 1000 } }
    files[`storage/message/ses_kite/msg_${name}.json`] = info
    const part = { id: `prt_${name}`, sessionID: id, messageID: `msg_${name}`, type: 'text', text }
    files[`storage/part/msg_${name}/prt_${name}.json`] = part
  }
  answers.forEach((answer, i) => {
    add(2 * i, { role: 'user', agent: 'build' }, 'Mend the kite')
    add(2 * i + 1, { role: 'assistant', modelID: 'm', providerID: 'p', finish: 'stop' }, answer)
  })
  return Object.fromEntries(Object.entries(files).map(([path, record]) => [path, JSON.stringify(record)]))
}

const START = Date.UTC(2026, 2, 1, 10)
