import { constants, gunzipSync } from 'node:zlib'
import { formatLike } from './judge-file.ts'
import type { Skipped, Source } from './log/source.ts'
import { beginningOf, passedOver } from './passed-over.ts'

/** What a file that gzip has packed looks like, unpacked; null where it is none. Logs are read as they are written, or packed by zstd. */
export function gzippedLog(source: Source, path: string): Skipped | null {
  const packed = source.part(path, 0, LOOKED_AT)
  const head = beginningOf(packed.toString('utf8', 0, 4)) === 'gzip' ? unpackedHead(packed) : null
  if (head === null) return null
  const like = formatLike(path.replace(/\.gz$/, ''), head)
  if (like === null) return passedOver(path, head)
  return { path, reason: `Looks like a log of ${like.title} that gzip has packed: unpack it to have it read`, isLoud: true }
}

const LOOKED_AT = 1 << 16

function unpackedHead(packed: Buffer): string | null {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 26 }).toString('utf8', 0, LOOKED_AT)
  } catch {
    return null
  }
}
