import { crc32, deflateSync } from 'node:zlib'

/** A PNG of one colour, 16 by 16: what the stand-in draws. */
export function plainSquare([red = 0, green = 0, blue = 0]: Uint8Array): Buffer {
  const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0])
  const line = Buffer.concat([Buffer.of(0), ...new Array<Buffer>(SIDE).fill(Buffer.of(red, green, blue))])
  const data = deflateSync(Buffer.concat(new Array<Buffer>(SIDE).fill(line)))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

const SIDE = 16

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
