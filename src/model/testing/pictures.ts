import { plainSquare } from '../plain-square.ts'

/** A small PNG as base64, another one for each number. */
export function png(n = 1): string {
  return plainSquare(Uint8Array.of(n, 2 * n, 255 - n)).toString('base64')
}

/** The first bytes of a JPEG, a GIF and a WebP as base64. */
export const JPEG = Buffer.from(`\xff\xd8\xff\xe0\0\x10JFIF\0${'j'.repeat(90)}`, 'latin1').toString('base64')
export const GIF = Buffer.from(`GIF89a\x01\0\x01\0${'g'.repeat(90)}`, 'latin1').toString('base64')
export const WEBP = Buffer.from(`RIFF\x60\0\0\0WEBPVP8 ${'w'.repeat(90)}`, 'latin1').toString('base64')
