import type { Conversation } from '../conversation.ts'
import type { TrainingMessage } from '../example.ts'

/** Where the model said less than so many letters, what it was asked counts, too: short answers are alike. */
const SHORT = 200

/** What the model said and called that is its own here, not repeated from elsewhere. */
export function ownWords({ parts, metas }: Conversation): string[] {
  const messages = parts.flat()
  const own = messages.filter(
    ({ role, source }) =>
      role === 'assistant' && source !== null && metas[source]?.['replay'] !== true && metas[source]?.['context'] !== true,
  )
  const said = own.map(saidIn)
  if (said.reduce((sum, text) => sum + text.length, 0) >= SHORT) return said
  return [...messages.filter(({ role }) => role === 'user').map(({ text }) => text), ...said]
}

function saidIn({ text, calls }: TrainingMessage): string {
  return [text, ...calls.map(call => `${call.name} ${call.arguments}`)].join('\n')
}

/** All words of a conversation. */
export function* allWords({ parts }: Conversation): Iterable<string> {
  for (const message of parts.flat()) {
    if (message.reasoning !== null) yield message.reasoning
    yield saidIn(message)
  }
}

/** What was first asked, by which rows are told to be of one task. */
export function taskOf({ parts, metas }: Conversation): string {
  const first = parts.flat().find(({ role, source }) => role === 'user' && source !== null && isHuman(metas[source]?.['origin']))
  return (first?.text ?? '').trim().replace(/\s+/g, ' ').toLowerCase()
}

function isHuman(origin: unknown): boolean {
  return origin === undefined || origin === 'human'
}
