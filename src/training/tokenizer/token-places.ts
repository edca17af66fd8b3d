/** A token as the tokenizer gives it: its text in the vocabulary, and whether it was added to it (then the text is the token's own). */
export type RawToken = { text: string; isAdded: boolean }

/** Where each token stands in a text, in UTF-16 units; null where the tokens do not spell the text as far as is known how. */
export function tokenPlaces(text: string, tokens: readonly RawToken[], isByteLevel: boolean): { starts: number[]; ends: number[] } | null {
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (let i = 0; i < tokens.length; ) {
    let next = i
    while (next < tokens.length && !tokens[next]!.isAdded) next++
    const added = tokens[next]?.text
    const end = added === undefined ? text.length : text.indexOf(added, at)
    if (end < 0) return null
    if (next > i) {
      const pieces = tokens.slice(i, next).map(token => (isByteLevel ? byteLevelBytes(token.text) : metaspaceBytes(token.text)))
      if (!placeSection(text.slice(at, end), at, pieces, starts, ends)) return null
    }
    at = end
    if (added !== undefined) {
      starts.push(at)
      at += added.length
      ends.push(at)
    }
    i = next + 1
  }
  return { starts, ends }
}

/** Ways in which normalizers change text before it is cut into tokens, the likeliest first. */
const NORMALS: readonly ((text: string) => string)[] = [text => text, text => text.normalize('NFC'), text => text.normalize('NFKC')]

/** What tokens around a section may have taken of its white space, and the space some tokenizers put before it. */
function placeSection(section: string, base: number, pieces: readonly Buffer[], starts: number[], ends: number[]): boolean {
  const spelled = Buffer.concat(pieces)
  const left = section.length - section.trimStart().length
  for (const [text, skipped] of [
    [section, 0],
    [section.trimStart(), left],
    [section.trimEnd(), 0],
    [section.trim(), left],
  ] as const) {
    for (const normal of NORMALS) {
      for (const before of ['', ' ']) {
        const whole = Buffer.from(before + normal(text))
        if (!whole.equals(spelled)) continue
        const chunks = chunksOf(text, normal)
        if (chunks === null) continue
        placePieces(chunks, base + skipped, before.length, pieces, starts, ends)
        return true
      }
    }
  }
  return false
}

/** A piece of the text that keeps to itself when normalized: so many units became so many bytes. */
type Chunk = { units: number; bytes: number }

/** The text in chunks; null where normalizing them one by one is not normalizing the whole. */
function chunksOf(text: string, normal: (text: string) => string): Chunk[] | null {
  const chunks: Chunk[] = []
  const normalized: string[] = []
  for (const [cluster] of text.matchAll(/[\x00-\x7f]+(?![^\x00-\x7f])|[\s\S][\p{M}\u1160-\u11ff]*/gu)) {
    const became = normal(cluster)
    normalized.push(became)
    // Letters that stay as they are can be told apart.
    if (became === cluster && cluster.length > 1 && !/^[\x00-\x7f]+$/.test(cluster))
      for (const letter of cluster) chunks.push({ units: letter.length, bytes: Buffer.byteLength(letter) })
    else chunks.push({ units: cluster.length, bytes: Buffer.byteLength(became) })
  }
  return normalized.join('') === normal(text) ? chunks : null
}

function placePieces(
  chunks: readonly Chunk[],
  base: number,
  ahead: number,
  pieces: readonly Buffer[],
  starts: number[],
  ends: number[],
): void {
  let chunk = 0
  let [chunkByte, chunkUnit] = [ahead, base] // where the current chunk begins
  let byte = 0
  for (const piece of pieces) {
    starts.push(startOf(byte))
    byte += piece.length
    ends.push(endOf(byte))
  }

  function seek(target: number): void {
    while (chunk < chunks.length && chunkByte + chunks[chunk]!.bytes <= target) {
      chunkByte += chunks[chunk]!.bytes
      chunkUnit += chunks[chunk]!.units
      chunk++
    }
  }

  /** Of a chunk that kept its length every byte has its own unit; of another the whole of it counts. */
  function startOf(target: number): number {
    seek(target)
    const now = chunks[chunk]
    if (now === undefined || target <= chunkByte) return chunkUnit
    return now.units === now.bytes ? chunkUnit + target - chunkByte : chunkUnit
  }

  function endOf(target: number): number {
    seek(target)
    const now = chunks[chunk]
    if (now === undefined || target <= chunkByte) return chunkUnit
    return now.units === now.bytes ? chunkUnit + target - chunkByte : chunkUnit + now.units
  }
}

/** Letters that stand for bytes in vocabularies of bytes: printable ones for themselves, others by the order they come in. */
const BYTE_OF = new Map<string, number>()
for (let byte = 0, other = 256; byte < 256; byte++) {
  const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  BYTE_OF.set(String.fromCharCode(isPrintable ? byte : other++), byte)
}

function byteLevelBytes(token: string): Buffer {
  const bytes: number[] = []
  for (const letter of token) {
    const byte = BYTE_OF.get(letter)
    if (byte === undefined) return Buffer.from(token)
    bytes.push(byte)
  }
  return Buffer.from(bytes)
}

function metaspaceBytes(token: string): Buffer {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1]
  return byte === undefined ? Buffer.from(token.replaceAll('\u2581', ' ')) : Buffer.from([Number.parseInt(byte, 16)])
}
