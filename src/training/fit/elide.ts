import type { TrainingMessage } from '../conversation/example.ts'

/** Messages with the middle of the longest texts left out until about so many tokens are saved. The model's own words stay whole. */
export function elidedToFit(messages: readonly TrainingMessage[], excess: number, count: (text: string) => number): TrainingMessage[] {
  const result = [...messages]
  let left = excess
  const order = result
    .map((message, i) => ({ i, length: message.role === 'assistant' ? 0 : message.text.length }))
    .sort((a, b) => b.length - a.length || a.i - b.i)
  for (const { i, length } of order) {
    if (left <= 0 || length < 4 * LEAST) break
    const message = result[i]!
    const tokens = count(message.text)
    // The mark takes some tokens, too.
    const share = Math.max(0, 1 - (left + 24) / Math.max(1, tokens))
    const kept = Math.max(2 * LEAST, Math.floor(length * share))
    const elided = elide(message, kept)
    result[i] = elided
    left -= tokens - count(elided.text)
  }
  return result
}

/** Of an elided text at least so many characters stay on either side. */
const LEAST = 120

/** The message with its middle left out, with a mark that says how much: so many characters stay. */
export function elide(message: TrainingMessage, kept: number): TrainingMessage {
  const { text } = message
  const head = notInsidePair(text, Math.ceil(kept / 2))
  const tail = notInsidePair(text, text.length - Math.floor(kept / 2))
  const gone = tail - head
  if (gone <= 0) return message
  return {
    ...message,
    text: `${text.slice(0, head)}\n[… ${gone} characters left out …]\n${text.slice(tail)}`,
    elided: message.elided + gone,
  }
}

/** A place that does not cut a letter of two units in half. */
function notInsidePair(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
