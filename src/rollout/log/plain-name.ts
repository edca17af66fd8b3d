/** The name a log has when it is not packed: what it is called says which session it is, and of what kind. */
export function plainName(path: string): string {
  return path.replace(/\.zst$/, '')
}
