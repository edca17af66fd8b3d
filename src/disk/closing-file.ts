import { closeSync } from 'node:fs'

/** A file that was opened, to be closed by `using`. */
export function closingFile(file: number): Disposable {
  return { [Symbol.dispose]: () => closeSync(file) }
}
