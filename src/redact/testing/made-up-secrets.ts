import { crc32 } from 'node:zlib'

/** A token that ends on the check its makers put there. */
export function withCheck(prefix: string, body: string): string {
  let sum = crc32(body)
  let check = ''
  for (let i = 0; i < 6; i++) {
    check = BASE62[sum % 62] + check
    sum = Math.floor(sum / 62)
  }
  return prefix + body + check
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
