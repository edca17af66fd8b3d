import { type DocumentPart, type DocumentPath, DocumentScanner, type Taking } from './document-scanner.ts'
import type { Ledger } from './ledger.ts'
import type { Source } from './source.ts'
import { TornArchive } from './zstd-frames.ts'

export type { DocumentPart, DocumentPath, Taking } from './document-scanner.ts'

/**
 * Walk a JSON document without ever building a string of it. `taking` says of each container whether its members come one by one
 * (`open`, then a `value` each, then `close`), whether it comes as one `value`, or not at all. A document that breaks off gives the
 * whole elements before the cut and one `damage` for the rest. The ledger counts the bytes; announcing records is the caller's.
 *
 * Call it with `takingElements('messages')` for `{ …, "messages": […] }`, which may also stand in a list.
 */
export async function* readDocument(
  source: Source,
  path: string,
  ledger: Ledger | null,
  taking: (path: DocumentPath, container: 'object' | 'array') => Taking,
): AsyncIterable<DocumentPart> {
  yield* walkDocument(source.chunks(path), ledger, taking)
}

/** As `readDocument`, of bytes that stand in no file of their own. Whatever ends them early, what came before is given. */
export async function* walkDocument(
  chunks: AsyncIterable<Buffer>,
  ledger: Ledger | null,
  taking: (path: DocumentPath, container: 'object' | 'array') => Taking,
): AsyncIterable<DocumentPart> {
  const scanner = new DocumentScanner(taking)
  let isTorn = false
  try {
    for await (const chunk of withoutByteOrderMark(chunks)) {
      ledger?.addBytes(chunk.length)
      yield* scanner.push(chunk)
    }
  } catch (error) {
    if (!(error instanceof TornArchive)) throw error
    isTorn = true
  }
  yield* scanner.end(isTorn)
}

/** Enters the top of a document and the named arrays in it; everything else comes whole. */
export function takingElements(...arrays: string[]): (path: DocumentPath, container: 'object' | 'array') => Taking {
  return (path, container) => {
    if (path.length === 0) return 'enter'
    return path.length === 1 && container === 'array' && arrays.includes(String(path[0])) ? 'enter' : 'whole'
  }
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

async function* withoutByteOrderMark(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let head: Buffer | null = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === null) yield chunk
    else {
      head = Buffer.concat([head, chunk])
      if (head.length < BYTE_ORDER_MARK.length) continue
      yield head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? blank(head) : head
      head = null
    }
  }
  if (head !== null && head.length > 0) yield head
}

/** The mark as spaces, so that offsets stay those of the file. */
function blank(chunk: Buffer): Buffer {
  return Buffer.concat([Buffer.from('   '), chunk.subarray(BYTE_ORDER_MARK.length)])
}
