import { once } from 'node:events'
import type { RowWriter } from '../codec/codec.ts'

/** A writer of rollout rows for a file, by its ending, or for stdout. */
export async function openWriter(path: string | null): Promise<RowWriter> {
  if (path !== null) {
    const { codecFor } = await import('../codec/codec-for.ts')
    const { ROLLOUT_STORE_TYPES } = await import('../rollout/store-types.ts')
    return codecFor(path).write(path, { types: ROLLOUT_STORE_TYPES })
  }
  let rows = 0
  return {
    async write(row) {
      rows++
      const text = JSON.stringify(row)
      if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain')
      return text.length
    },
    close: async () => rows,
    abort: async () => {},
  }
}
