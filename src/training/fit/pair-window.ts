import { allMessages, type Example } from '../conversation/example.ts'
import { type WindowOptions, windowsOf, withRoom } from './window.ts'

/** Of a pair the prompt is cut until both answers fit behind it; nothing where they do not. */
export function pairInWindow(whole: Example, window: WindowOptions): Example[] {
  const example = withRoom(whole, window)
  const { chosen, rejected } = example.pair!
  const windows = windowsOf({ ...example, messages: [...example.messages, ...chosen] }, window)
  const found = windows.find(({ messages }) => messages.at(-1)?.source === chosen.at(-1)?.source)
  const prompt = found?.messages.slice(0, -chosen.length) ?? []
  if (found !== undefined && window.measure([...prompt, ...rejected], example) <= window.budget) return [{ ...example, messages: prompt }]
  for (const { source } of allMessages(example)) if (source !== null) example.account.drop(source, 'does not fit into a window')
  return []
}
