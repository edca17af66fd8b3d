/** What promises others a `close()`, to be let go of by `using` like everything else that is held. */
export function closing(held: { close(): void } | null): Disposable {
  return { [Symbol.dispose]: () => held?.close() }
}
