import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import { imageBlock } from '../../conversation/blocks.ts'
import type { Block } from '../../conversation/row.ts'

/** How messages are told. */
export type Telling = { isReplay: boolean; isSent: boolean }

/** A file as the model is given it; texts and folders follow as texts of their own. */
export function fileBlock(record: JsonObject): Block | null {
  const [mime, url] = [stringOrNull(record['mime']) ?? '', stringOrNull(record['url'])]
  if (url === null || mime === 'text/plain' || mime === 'application/x-directory') return null
  if (mime.startsWith('image/')) return imageBlock(url)
  return { type: 'file', mime, url, ...(typeof record['filename'] === 'string' ? { filename: record['filename'] } : {}) }
}
