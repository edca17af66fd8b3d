import { isUtf8 } from 'node:buffer'
import { TracewrightError } from '../errors.ts'
import { shellWord } from '../shell-word.ts'

/** Where bytes stand: the file, and of a piece of it the byte and the line it begins with. */
export type TextPlace = { path: string; offset?: number; line?: number }

/**
 * A whole text that a person named: UTF-8, or UTF-16 that says so with its mark; the mark is taken off. Throws where it is neither: what
 * cannot be decoded would silently be other words. `what`: what was attempted.
 */
export function decodeText(bytes: Buffer, what: string, path: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return bytes
      .subarray(2, bytes.length & ~1)
      .swap16()
      .toString('utf16le')
  refuseUtf16(bytes, what, path)
  return utf8Of(bytes, what, { path }).replace(/^\uFEFF/, '')
}

/** Bytes as UTF-8. Throws where they are none, with the first byte that is not. */
export function utf8Of(bytes: Buffer, what: string, place: TextPlace): string {
  refuseOtherText(bytes, what, place)
  return bytes.toString('utf8')
}

/** Throws where bytes are no UTF-8. */
export function refuseOtherText(bytes: Buffer, what: string, { path, offset = 0, line = 1 }: TextPlace): void {
  if (isUtf8(bytes)) return
  const again = Buffer.from(bytes.toString('utf8'))
  const at = bytes.findIndex((byte, i) => byte !== again[i])
  const lines = bytes.subarray(0, at).reduce((n, byte) => (byte === 0x0a ? n + 1 : n), 0)
  const byte = bytes[at]!.toString(16).toUpperCase().padStart(2, '0')
  throw new TracewrightError(
    'file',
    `Cannot ${what}: found byte 0x${byte} at byte ${offset + at}, in line ${line + lines}, which is no UTF-8`,
    { where: path, hint: intoUtf8('WINDOWS-1252', path, 'Turn it into UTF-8, of Windows so') },
  )
}

/** Throws where a file begins as UTF-16 does, with a mark or without. */
export function refuseUtf16(first: Buffer, what: string, path: string): void {
  const [a, b, c, d] = first
  const hasMark = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
  const isBare = first.length >= 4 && ((a !== 0 && b === 0 && c !== 0 && d === 0) || (a === 0 && b !== 0 && c === 0 && d !== 0))
  if (!hasMark && !isBare) return
  const encoding = hasMark ? 'UTF-16' : a === 0 ? 'UTF-16BE' : 'UTF-16LE'
  throw new TracewrightError('file', `Cannot ${what}: found text in ${encoding}, expected UTF-8`, {
    where: path,
    hint: intoUtf8(encoding, path, 'Turn it into UTF-8'),
  })
}

function intoUtf8(encoding: string, path: string, lead: string): string {
  return `${lead}: iconv -f ${encoding} -t UTF-8 ${shellWord(path)} > utf8.txt`
}
