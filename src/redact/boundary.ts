/** Whether a token can begin here: nothing stands before it that it would go on from. Escapes of JSON and of URLs are no letters. */
export function canBeginAt(text: string, at: number): boolean {
  if (at === 0 || !isWord(text.charCodeAt(at - 1))) return true
  const before = text.slice(Math.max(0, at - 6), at)
  return /\\[nrtbf]$|\\u[0-9a-fA-F]{4}$|%[0-9a-fA-F]{2}$|(?:\u001b|\\x1b|\\u001b)?\[\d*m$/.test(before)
}

/** Letters, digits and the low line. */
export function isWord(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95
}
