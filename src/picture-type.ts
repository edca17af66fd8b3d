/** The media type of a picture by its first bytes; null where they are no picture's. What is drawn by a program, as SVG is, is none. */
export function pictureType(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.subarray(0, 32)).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  if (/^RIFF[\s\S]{4}WEBP/.test(text)) return 'image/webp'
  if (/^(?:II\*\0|MM\0\*)/.test(text)) return 'image/tiff'
  if (/^BM[\s\S]{4}\0\0\0\0/.test(text)) return 'image/bmp'
  const brand = /^\0\0\0[\s\S]ftyp([\s\S]{4})/.exec(text)?.[1]
  if (brand === 'avif' || brand === 'avis') return 'image/avif'
  return brand !== undefined && /^(?:hei[cx]|hevc|mif1|msf1)$/.test(brand) ? 'image/heic' : null
}

/** Base64 of a picture without the space in it, padded, whether written for addresses or not; null where its bytes are no picture's. */
export function pictureBase64(text: string): { type: string; base64: string } | null {
  const bare = bareBase64(text)
  if (!isBase64(bare)) return null
  const type = pictureType(Buffer.from(bare.slice(0, 64), 'base64'))
  return type === null ? null : { type, base64: bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') }
}

/** Whether a text is base64, in whichever of its alphabets. */
export function isBase64(text: string): boolean {
  const bare = bareBase64(text)
  return /^[A-Za-z0-9+/]+$/.test(bare) && bare.length % 4 !== 1
}

function bareBase64(text: string): string {
  return text
    .replace(/\s+/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={0,2}$/, '')
}
