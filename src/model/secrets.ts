/** Shorter values are words that stand in texts by chance. */
const SHORTEST = 6

/** What of a request's headers nobody else may see: keys, by the names of their headers. Rises to several where a scheme stands before the key. */
export function secretsOf(headers: Record<string, string>): string[] {
  const values = Object.entries(headers)
    .filter(([name]) => /auth|key|token|secret|cookie|password|credential/i.test(name))
    .map(([, value]) => value.replace(/^(?:Bearer|Basic|Token)\s+/i, '').trim())
  const written = values.flatMap(value => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])
  return [...new Set(written)].filter(value => value.length >= SHORTEST).sort((a, b) => b.length - a.length)
}

/** A text a server sent, without the keys it was sent: servers repeat them in errors, and errors are kept and shown. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '[key]')
  return clean
}
