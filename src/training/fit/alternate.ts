import type { Example, TrainingMessage } from '../conversation/example.ts'

/**
 * The example as strict trainers take it: a system prompt, then users and the model in turns, beginning with a user. Calls become text,
 * several results one observation, messages of the same side one message.
 */
export function alternating(example: Example): Example {
  const turns: TrainingMessage[] = []
  for (const [i, message] of example.messages.entries()) {
    const isPrompt = message.role === 'system' && i === 0
    const one = isPrompt
      ? message
      : { ...message, role: message.role === 'system' ? ('user' as const) : message.role, text: textWithCalls(message), calls: [] }
    const before = turns.at(-1)
    if (before === undefined || sideOf(before) !== sideOf(one)) turns.push(one)
    else turns[turns.length - 1] = joined(before, one, example)
  }
  const start = turns[0]?.role === 'system' ? 1 : 0
  // An answer to nobody cannot be said.
  if (turns[start]?.role === 'assistant') drop(example, turns.splice(start, 1)[0]!, 'answers no one, which the dialect cannot say')
  // Where the log has no request, a result is the first word: it stands for the request, also in windows.
  if (turns[start]?.role === 'tool') turns[start] = { ...turns[start], role: 'user', callId: null, toolName: null }
  return { ...example, messages: turns }
}

function sideOf({ role }: TrainingMessage): string {
  return role === 'tool' ? 'user' : role
}

function textWithCalls({ role, text, calls }: TrainingMessage): string {
  if (role !== 'assistant') return text
  const written = calls.map(call => `<tool_call>\n{"name": ${JSON.stringify(call.name)}, "arguments": ${call.arguments}}\n</tool_call>`)
  return [text, ...written].filter(piece => piece !== '').join('\n')
}

/** Two messages of one side. Where one of two answers is not to be trained, neither is. */
function joined(a: TrainingMessage, b: TrainingMessage, example: Example): TrainingMessage {
  const train = a.train && b.train
  if (!train) for (const message of [a, b]) if (message.train) drop(example, message, 'joined with an answer that is not to be trained')
  const sources = [...(a.joined ?? []), ...(b.source === null ? [] : [b.source]), ...(b.joined ?? [])]
  const inlined = a.inlined === true || b.inlined === true
  return {
    ...a,
    text: `${a.text}\n\n${b.text}`,
    train,
    joined: sources,
    reasoning: a.reasoning ?? b.reasoning,
    ...(inlined ? { inlined } : {}),
  }
}

function drop(example: Example, message: TrainingMessage, reason: string): void {
  for (const source of [message.source, ...(message.joined ?? [])]) if (source !== null) example.account.drop(source, reason)
}
