/** The beginning of a body, empty where there is none; reading stops where it is longer, and the connection is given up. */
export async function readUpTo(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<{ text: string; isWhole: boolean }> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) break
  }
  const all = Buffer.concat(chunks)
  return { text: new TextDecoder().decode(all.subarray(0, maxBytes)), isWhole: bytes <= maxBytes }
}
