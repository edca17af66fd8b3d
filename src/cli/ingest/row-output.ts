import { once } from 'node:events'
import type { RowOutput } from '../../dataset/stage/file-output.ts'
import { piecesOf } from '../../dataset/stage/part-sink.ts'
import { jsonWriter } from '../terminal/say.ts'

/** Writes lines to standard output, as fast as they are taken. */
export function lineWriter(): (line: string) => Promise<void> {
  const write = jsonWriter()
  return async line => {
    if (!write(Buffer.from(line))) await once(process.stdout, 'drain')
  }
}

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
