/** How a command ended, for scripts. The codes are explained in `tracewright --help`. */
export const EXIT = { done: 0, failed: 1, usage: 2, strict: 3, short: 4, interrupted: 130 } as const

/** What each code says, as help and docs have it. */
export const EXIT_CODES = `\
  0  done; what was rejected is counted in the summary
  1  nothing came of it: the input could not be read, or no row could be made
  2  the command line or the config is wrong
  3  --strict, and something could not be read, was of an unknown kind, or was
     passed over though it looks like an agent's log; merge, and shards are
     missing
  4  create ended with fewer rows than were asked for: a budget, too many
     failures, too few accepted rows
  130  interrupted; create --resume goes on`
