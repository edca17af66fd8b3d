/** Add a value to the list that a key has in an index. A list that was made anew for each would take time that grows with its square. */
export function addTo<Key, Value>(index: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [value])
  else known.push(value)
}
