import type { TrainingMessage } from './example.ts'

/** So many times in a row the same calls are no accident. */
export const LOOP = 3

/**
 * Messages that make the same calls with the same arguments as the one before, and for which time in a row. Words without a call, and a place
 * where the model lost its context, end a row.
 */
export function* repeats(parts: readonly (readonly TrainingMessage[])[]): Iterable<{ message: TrainingMessage; times: number }> {
  for (const part of parts) {
    let last = ''
    let times = 0
    for (const message of part) {
      if (message.role !== 'assistant') continue
      const { calls } = message
      const now = calls.length === 0 ? '' : JSON.stringify(calls.map(call => [call.name, call.arguments]))
      times = now !== '' && now === last ? times + 1 : 1
      last = now
      if (times > 1) yield { message, times }
    }
  }
}
