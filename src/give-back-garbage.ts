import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Have the engine collect what nobody holds any more and give its memory back, where that may be much. By itself it collects when its heap
 * is full, so that what was let go of still takes its place where more is needed. Costs a third of a second where 250 MB are held.
 */
export function giveBackGarbage(): void {
  const used = getHeapStatistics().used_heap_size
  // Who holds much for good must not pay for it again and again.
  if (used < Math.max(MUCH_BYTES, 2 * heldAfter)) return
  collect ??= collector()
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  heldAfter = getHeapStatistics().used_heap_size
}

/** What an ingest of logs of a few megabytes does not come to, garbage and all. */
const MUCH_BYTES = 256 << 20

type Collect = (how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void

let heldAfter = 0
let collect: Collect | null = null

/** The engine's own, which it names in contexts that are made while a flag is set. What is set for a whole process is set back. */
function collector(): Collect {
  setFlagsFromString('--expose-gc')
  try {
    const found: unknown = runInNewContext("typeof gc === 'function' ? gc : null")
    return typeof found === 'function' ? (found as Collect) : () => {}
  } finally {
    setFlagsFromString('--no-expose-gc')
  }
}
