/** Last part of a root-relative path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `Path.suffix`: empty for `.jsonl` and for `a.`, which have none to Python. */
export function suffixOf(path: string): string {
  const name = nameOf(path)
  const dot = name.lastIndexOf('.')
  return dot > 0 && dot < name.length - 1 ? name.slice(dot) : ''
}

/** `Path.stem`: the name without its suffix. */
export function stemOf(path: string): string {
  const name = nameOf(path)
  return name.slice(0, name.length - suffixOf(path).length)
}
