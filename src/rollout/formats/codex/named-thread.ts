import type { Source } from '../../log/source.ts'
import { parseFileName } from './file-name.ts'

/** The thread that a rollout's first record says it is; null where it says none, or not as Codex writes it. */
export function namedThread(source: Source, file: string): string | null {
  if (file.endsWith('.zst')) return null
  const id = FIRST_META.exec(source.headOfPlain(file, HEAD_BYTES).toString('latin1'))?.[1]
  const { revision } = parseFileName(file)
  return id === undefined ? null : revision === null ? id : `${id}_${revision}`
}

const HEAD_BYTES = 512
const FIRST_META = /^\{[^{}\n]*"type":"session_meta","payload":\{(?:"session_id":"[^"\\]*",)?"id":"([^"\\]+)"/
