import { EXIT } from './exit.ts'
import { counted } from './print.ts'
import { sayAside } from './say.ts'

/** Tell which shards are not done, so that nothing is put together. Gives the exit code. */
export function sayMissing(missing: readonly number[]): number {
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''
  sayAside(`Not merged: ${counted(missing.length, 'shard')} missing: ${missing.slice(0, NAMED).join(', ')}${more}`)
  return EXIT.strict
}

/** Missing shards that are named; of more, the number is told. */
const NAMED = 20
