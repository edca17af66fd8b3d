import type { FormatExample } from '../../format.ts'

/** A small transcript, as Cursor's agent leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const say = (role: string, text: string) => `${JSON.stringify({ role, message: { content: [{ type: 'text', text }] } })}\n`
  const turns = answers.map((answer, i) => {
    const prompt = say('user', `<user_query>\nMend the kite ${JSON.stringify(id)} ${i}\n</user_query>`)
    return `${prompt}${say('assistant', answer)}${JSON.stringify({ type: 'turn_ended', status: 'success' })}\n`
  })
  return { [`projects/srv-kite/agent-transcripts/${FILE}/${FILE}.jsonl`]: turns.join('') }
}

const FILE = '01a00000-0000-4000-8000-000000000001'
