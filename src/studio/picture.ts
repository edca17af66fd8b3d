import { pictureURL } from '../view/picture-url.ts'

/** Bytes of a picture and what it is. */
export type PictureBytes = { type: string; bytes: Uint8Array<ArrayBuffer> }

/** Pictures of more points than this are not shown: a browser would hold all of them. */
const MAX_POINTS = 40_000_000

/** What kind of picture the text of a log is, told by its bytes; null for what is none, is elsewhere, or is too large. */
export function pictureKind(url: string): string | null {
  if (url.length > MAX_CHARACTERS) return null
  return pictureURL(headOf(url))?.slice('data:'.length).split(';')[0] ?? null
}

/** The bytes of a picture that may be shown; null for what may not. */
export function pictureBytes(url: string): PictureBytes | null {
  const data = pictureURL(url)
  if (data === null) return null
  const type = data.slice('data:'.length, data.indexOf(';'))
  const bytes = new Uint8Array(Buffer.from(data.slice(data.indexOf(',') + 1), 'base64'))
  const points = pointsOf(type, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return points === null || points > MAX_POINTS ? null : { type, bytes }
}

const HEAD = 4096
const MAX_CHARACTERS = 14_000_000

/** Enough of the data to tell its kind. */
function headOf(url: string): string {
  const comma = url.indexOf(',')
  return url.slice(0, comma + 1 + Math.floor((HEAD - comma) / 4) * 4)
}

/** Width times height as the header says; null where it says nothing that can be. */
function pointsOf(type: string, bytes: Buffer): number | null {
  try {
    const [width, height] =
      type === 'image/png' ? png(bytes) : type === 'image/gif' ? gif(bytes) : type === 'image/webp' ? webp(bytes) : jpeg(bytes)
    return width > 0 && height > 0 ? width * height : null
  } catch {
    return null // it ends before its header does
  }
}

type Size = [width: number, height: number]

function png(bytes: Buffer): Size {
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

function gif(bytes: Buffer): Size {
  return [bytes.readUInt16LE(6), bytes.readUInt16LE(8)]
}

function webp(bytes: Buffer): Size {
  const kind = bytes.toString('latin1', 12, 16)
  if (kind === 'VP8X') return [1 + bytes.readUIntLE(24, 3), 1 + bytes.readUIntLE(27, 3)]
  if (kind === 'VP8L') {
    const bits = bytes.readUInt32LE(21)
    return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)]
  }
  return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff]
}

/** The frame of a JPEG stands behind segments of other kinds. */
function jpeg(bytes: Buffer): Size {
  for (let at = 2; ; ) {
    if (bytes.readUInt8(at) !== 0xff) return [0, 0]
    const marker = bytes.readUInt8(at + 1)
    if (marker === 0xff) at++
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2))
  }
}
