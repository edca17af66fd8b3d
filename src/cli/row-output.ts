import { once } from 'node:events'
import type { RowWriter } from '../codec/codec.ts'
import { linesIn } from '../dataset/store-lines.ts'
import type { StagedLine } from '../dataset/store-read.ts'
import { isObject } from '../json.ts'

/** Where rows go that are read in one go: they come as lines of JSON, which most outputs take as they are. */
export type RowOutput = {
  write(line: StagedLine): Promise<void>
  close(): Promise<void>
  /** Leave nothing behind. */
  abort(): Promise<void>
}

/** Standard output, or a file whose ending names its codec. */
export async function openOutput(path: string | null): Promise<RowOutput> {
  if (path === null) return stdoutOutput()
  const { codecFor } = await import('../codec/codec-for.ts')
  const { ROLLOUT_STORE_TYPES } = await import('../rollout/store-types.ts')
  return codecOutput(codecFor(path).write(path, { types: ROLLOUT_STORE_TYPES }))
}

function stdoutOutput(): RowOutput {
  return {
    async write(line) {
      for (const piece of linesIn(line)) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
    },
    close: async () => {},
    abort: async () => {},
  }
}

function codecOutput(writer: RowWriter): RowOutput {
  return {
    async write(line) {
      if (writer.copy !== undefined) return writer.copy(linesIn(line), line.length)
      const row = JSON.parse(Buffer.concat([...linesIn(line)]).toString('utf8'))
      if (isObject(row)) await writer.write(row)
    },
    close: async () => void (await writer.close()),
    abort: () => writer.abort(),
  }
}
