import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codecFor, isForeign } from '../codec/codec-for.ts'
import { exportRows } from './run/rows.ts'

/** Files as the engine can read them, and a folder that goes with whoever opened them. */
export type ReadableFiles = { files: readonly string[]; [Symbol.dispose](): void }

/** Files of codecs of other packages, which the engine does not know, as lines of JSON in a folder of their own; others as they are. */
export async function readableFiles(files: readonly string[]): Promise<ReadableFiles> {
  if (!files.some(isForeign)) return { files, [Symbol.dispose]: () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-rows-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const lines: string[] = []
    for (const [i, file] of files.entries()) {
      const copy = join(folder, `${i}.jsonl`)
      await exportRows(codecFor(file).read(file), copy, { nested: true })
      lines.push(copy)
    }
    return { files: lines, [Symbol.dispose]: remove }
  } catch (error) {
    remove()
    throw error
  }
}
