import { isObject, type Json } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import { type Pair, type TrainingMessage, untrained } from './example.ts'
import type { MessageReader } from './read-message.ts'

/**
 * The two answers of a row that is a pair, as the view `preference` makes them by itself: `chosen`, `rejected` and `evidence` beside the
 * messages before both. Null where the row is none, whatever else has these names. Their places go on behind those of the messages.
 */
export function readPair(row: Row, before: readonly TrainingMessage[], reader: MessageReader): Pair | null | { reason: string } {
  const [chosen, rejected] = [row['chosen'] ?? null, row['rejected'] ?? null]
  if (!isAnswer(chosen) || !isAnswer(rejected)) return null
  const read: TrainingMessage[] = []
  for (const [name, list] of [['chosen', chosen] as const, ['rejected', rejected] as const])
    for (const message of list as Json[]) {
      const one = isObject(message)
        ? reader.read(message, before.length + read.length, {})
        : { reason: 'found no object, expected a message' }
      if ('reason' in one) return { reason: `The ${name} answer: ${one.reason}` }
      if (one.role !== 'assistant') return { reason: `The ${name} answer: found a message of role ${one.role}, expected the model's alone` }
      read.push(name === 'chosen' ? one : untrained(one))
    }
  const evidence = typeof row['evidence'] === 'string' ? row['evidence'] : 'given'
  return { chosen: read.slice(0, chosen.length), rejected: read.slice(chosen.length), evidence }
}

/** A list of messages that the model begins. */
function isAnswer(value: Json): value is Json[] {
  return Array.isArray(value) && isObject(value[0] ?? null) && (value[0] as { role?: Json }).role === 'assistant'
}
