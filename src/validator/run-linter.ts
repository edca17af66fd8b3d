import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { cancelled, refuseCancelled } from '../model/cancel.ts'
import { onAbort } from '../model/on-abort.ts'
import { Turnstile } from '../turnstile.ts'

/**
 * What a program printed, whatever its exit code; null where it is not on this machine. No more run at once than the machine has processors. One that is given up has
 * nothing to save: it is not asked to end, which it might not heed.
 */
export function runLinter(command: string, args: readonly string[], input: string, signal: AbortSignal): Promise<string | null> {
  return turnstile.pass(() => run(command, args, input, signal))
}

const turnstile = new Turnstile(availableParallelism())

async function run(command: string, args: readonly string[], input: string, signal: AbortSignal): Promise<string | null> {
  refuseCancelled(signal)
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT }, (error, stdout) => {
      forget()
      if (error === null || typeof error.code === 'number') resolve(stdout)
      else if (error.code === 'ENOENT') resolve(null)
      else reject(signal.aborted ? cancelled(signal) : error)
    })
    const forget = onAbort(signal, () => child.kill('SIGKILL'))
    child.stdin?.on('error', () => {}) // a program that reads nothing has ended before
    child.stdin?.end(input)
  })
}

const LIMIT_MS = 60_000
const MAX_OUTPUT = 16 << 20
