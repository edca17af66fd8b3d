/**
 * A list without the room that it grew into: one that something was pushed to has room for sixteen more, which is more than most short
 * messages take. For what is kept by the hundred thousand.
 */
export function fitted<T>(list: T[]): T[] {
  return list.length === 0 ? list : list.slice()
}

/** Add to a list that mostly stays alone with its first item, and give the list: with one, it takes the room of one. */
export function pushed<T>(list: T[] | undefined, item: T): T[] {
  if (list === undefined || list.length === 0) return [item]
  list.push(item)
  return list
}
