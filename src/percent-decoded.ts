/** A text with what was escaped by percent signs as it was; where these are no escapes, as strangers may write them, as it stands. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
