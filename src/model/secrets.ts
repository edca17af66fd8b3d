/** Shorter values are words that stand in texts by chance. */
const SHORTEST = 6

/** What of a request's headers nobody else may see: keys, by the names of their headers. Rises to several where a scheme stands before the key. */
export function secretsOf(headers: Record<string, string>): string[] {
  const values = Object.entries(headers)
    .filter(([name]) => /auth|key|token|secret|cookie|password|credential/i.test(name))
    .map(([, value]) => value.replace(/^(?:Bearer|Basic|Token)\s+/i, '').trim())
  const written = values.flatMap(value => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...encoded(value)])
  return [...new Set(written)].filter(value => value.length >= SHORTEST).sort((a, b) => b.length - a.length)
}

/** A key as base64 and hex write it, also amid other text: in base64 what stands before it decides between three ways. */
function encoded(value: string): string[] {
  const ways = [0, 1, 2].map(before => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
  })
  return [...ways, ...ways.map(way => way.replaceAll('+', '-').replaceAll('/', '_')), Buffer.from(value).toString('hex')]
}

/** A text a server sent, without the keys it was sent: servers repeat them in errors, and errors are kept and shown. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '[key]')
  return clean
}
