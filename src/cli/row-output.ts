import { once } from 'node:events'
import type { RowOutput } from '../dataset/stage/file-output.ts'
import { piecesOf } from '../dataset/stage/part-sink.ts'
import { jsonWriter } from './say.ts'

/** Standard output, where rows go as they are. */
export function standardOutput(): RowOutput {
  const write = jsonWriter()
  return {
    shape: { form: 'lines', types: null },
    sink: {
      async take(part, fates) {
        for (const piece of piecesOf(part, fates, null, { replacedSurrogates: 0, mistyped: 0 }))
          if (!write(piece)) await once(process.stdout, 'drain')
      },
      close: async () => {},
      abandon: () => {},
    },
  }
}
