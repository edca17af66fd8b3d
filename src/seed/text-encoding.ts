import { TracewrightError } from '../errors.ts'

/** Turns bytes into text. Throws where they are not in the encoding. */
export type Decode = (bytes: Buffer) => string

/** Encodings that Python and the web mean differently, or that the web calls by another name. */
const AS_IN_PYTHON = new Map<string, Decode>(
  Object.entries({
    latin1: (bytes: Buffer) => bytes.toString('latin1'),
    ascii: (bytes: Buffer) => {
      const at = bytes.findIndex(byte => byte > 127)
      if (at >= 0) throw new Error(`Cannot decode as ascii: found byte 0x${bytes[at]!.toString(16)} at ${at}`)
      return bytes.toString('latin1')
    },
    utf8sig: web('utf-8', { ignoreBOM: false }),
    utf16: (bytes: Buffer) => web(bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-16le', { ignoreBOM: false })(bytes),
    utf16le: web('utf-16le'),
    utf16be: web('utf-16be'),
    macroman: web('macintosh'),
  }),
)

const SAME = new Map([
  ['iso88591', 'latin1'],
  ['l1', 'latin1'],
  ['latin', 'latin1'],
  ['usascii', 'ascii'],
  ['u8', 'utf8'],
])

/** The decoder of an encoding by its Python name. A byte-order mark stays in the text unless the encoding takes it. Throws where nobody knows it. */
export function decoderOf(encoding: string): Decode {
  const bare = encoding.toLowerCase().replace(/[^a-z0-9]/g, '')
  const name = SAME.get(bare) ?? bare
  const own = AS_IN_PYTHON.get(name)
  if (own !== undefined) return own
  for (const label of [encoding.replaceAll('_', '-'), encoding, name]) {
    try {
      return web(label)
    } catch {}
  }
  throw new TracewrightError('config', `Unknown encoding '${encoding}': expected one such as utf-8, utf-16, latin-1, cp1252, shift_jis`)
}

function web(label: string, options: { ignoreBOM: boolean } = { ignoreBOM: true }): Decode {
  const decoder = new TextDecoder(label, { fatal: true, ...options })
  return bytes => {
    try {
      return decoder.decode(bytes)
    } catch {
      throw new Error(`Cannot decode as ${label}: found bytes that are not in this encoding`)
    }
  }
}
