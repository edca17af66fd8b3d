import { decodeText } from '../../disk/decode-text.ts'
import { messageOf, TracewrightError } from '../../errors.ts'

/** Whether a config is named by its address. */
export function isFar(path: string): boolean {
  return /^https?:\/\//i.test(path)
}

/** No config that people write is as large. */
const MOST_BYTES = 10 << 20

const PATIENCE_MS = 30_000

/** The text of a config at an address. Throws where it cannot be had, or is larger than configs are. */
export async function farText(url: string): Promise<string> {
  const refuse = (reason: string, cause?: unknown) =>
    new TracewrightError('file', `Cannot load config '${url}': ${reason}`, {
      hint: 'Look whether the address is that of the YAML or JSON itself, or bring the file here',
      ...(cause === undefined ? {} : { cause }),
    })
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    if (!response.ok) throw refuse(`found HTTP ${response.status}, expected a file`)
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      if (bytes > MOST_BYTES) throw refuse(`found more than ${MOST_BYTES >> 20} MiB, expected a config`)
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    throw refuse(messageOf(error instanceof Error ? (error.cause ?? error) : error), error)
  }
  return decodeText(Buffer.concat(chunks), 'load config', url)
}
