/** A table without a prototype, so that no name of JavaScript's own can be found in it. */
export function table<T>(entries: { [name: string]: T }): { readonly [name: string]: T | undefined } {
  return Object.freeze(Object.assign(Object.create(null) as { [name: string]: T }, entries))
}
