import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

// For a process of its own, which a library must not set for others: the command line is one.

/**
 * Have everything be young when it is made. The engine else learns from the first logs, whose records live while it looks, to make the
 * like of them old at once; what died old then keeps what is young beside it from going, and each log is copied twice before it goes.
 */
export function makeAllYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}

/**
 * Have the engine's best compiler wait until a function has been called very often. Of six hundred functions that rows are made with, it
 * takes an eighth of all CPU for those that the quicker compiler has done well enough; what runs for many gigabytes gets it all the same.
 */
export function compileLate(): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${MANY_CALLS}`)
}

/** The engine's own number is 3,000. Of 30,000 to 300,000, on logs of 40 to 800 MB, this one took the least time. */
const MANY_CALLS = 100_000

/**
 * Have what is young in the heap stay as small as it begins. A server that holds much and waits most of the time would else keep a hundred
 * megabytes more for what it read once; what is read takes as long.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * Have what is young in the heap grow no more once it takes so much. The engine lets it grow to 128 MB, as what lives longest asks for: of
 * a very long session all that is read, which is no sooner done for it. For a process that parses in no other thread, for the setting is
 * that of all.
 */
export function boundYoungHeap(): void {
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if (young === undefined || young.space_size < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    observer.disconnect()
  })
  observer.observe({ entryTypes: ['gc'] })
}

/** Both halves of it: about what each thread of an ingest is given. */
const YOUNG_BYTES = 16 << 20
