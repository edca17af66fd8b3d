import { defineMask } from '../mask.ts'

export const errors = defineMask({
  name: 'errors',
  description: 'Messages with a call whose result is an error; they stay as context, so that the recovery can be learnt',
  isDefault: false,
  *find({ parts }) {
    for (const part of parts) {
      const callers = new Map(part.flatMap(message => message.calls.map(call => [call.id, message] as const)))
      for (const { role, isError, callId } of part) {
        const caller = role === 'tool' && isError ? callers.get(callId ?? '') : undefined
        if (caller?.source != null) yield [caller.source, 'call that led to an error']
      }
    }
  },
})
