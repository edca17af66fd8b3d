import type { Context } from 'hono'
import { TracewrightError } from '../errors.ts'

/** What a request says, whether its length was told before or it comes piece by piece. Throws where it is too long, and reads no more of it. */
export async function requestText(c: Context): Promise<string> {
  if (Number(c.req.header('content-length') ?? 0) > MAX_BYTES) throw tooLarge()
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of c.req.raw.body ?? []) {
    bytes += piece.length
    if (bytes > MAX_BYTES) throw tooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Bytes that a request may have. */
const MAX_BYTES = 1 << 20

/** A request is longer than anybody's. */
export class TooLarge extends TracewrightError {}

function tooLarge(): TooLarge {
  return new TooLarge('usage', `Cannot read the request: expected at most ${MAX_BYTES} bytes`)
}
