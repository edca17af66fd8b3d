/** How a command ended, for scripts. The codes are explained in `tracewright --help`. */
export const EXIT = { done: 0, failed: 1, usage: 2, strict: 3, short: 4, interrupted: 130 } as const
