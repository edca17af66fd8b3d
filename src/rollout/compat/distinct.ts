/** The texts that are not empty, each once, in order of appearance. */
export function distinct(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts)].filter((text): text is string => text !== null && text !== '')
}
