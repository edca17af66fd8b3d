/** Text for comparing: in lower case and one form of its letters, each character where it was. */
export function folded(text: string): string {
  // Letters that are another one at the end of a word, or were long ago.
  const lower = text.toLowerCase().replaceAll('ς', 'σ').replaceAll('ſ', 's')
  if (lower.length === text.length) return lower
  // A few letters become longer, such as İ: they stay as they are.
  let kept = ''
  for (const character of text) {
    const small = character.toLowerCase()
    kept += small.length === character.length ? small : character
  }
  return kept.replaceAll('ς', 'σ').replaceAll('ſ', 's')
}

/** Text as it is kept: composed letters, and nothing that parts it from other text. */
export function normal(text: string): string {
  return text.normalize('NFC').replaceAll('\0', ' ')
}

/** Stands between texts of a page: no words that are looked for hold it, and no line goes on over it. */
export const APART = '\n\0\n'
