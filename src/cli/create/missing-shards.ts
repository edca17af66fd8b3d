import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { sayAside } from '../terminal/say.ts'

/** Tell which shards are not done, so that nothing is put together. Gives the exit code. */
export function sayMissing(missing: readonly number[]): number {
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''
  sayAside(`Not merged: ${counted(missing.length, 'shard')} missing: ${missing.slice(0, NAMED).join(', ')}${more}`)
  return EXIT.strict
}

/** Missing shards that are named; of more, the number is told. */
const NAMED = 20
