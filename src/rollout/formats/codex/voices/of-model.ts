import type { Entry } from '../entry.ts'

/** Whether an entry is a piece of what the model said. */
export function isOfModel({ kind, type, payload }: Entry): boolean {
  return kind === 'item' && (type === 'reasoning' || type.endsWith('_call') || (type === 'message' && payload['role'] === 'assistant'))
}
