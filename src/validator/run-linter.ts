import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { Turnstile } from '../turnstile.ts'

/** What a program printed, whatever its exit code; null where it is not on this machine. No more run at once than the machine has processors. */
export function runLinter(command: string, args: readonly string[], input: string, signal: AbortSignal): Promise<string | null> {
  return turnstile.pass(() => run(command, args, input, signal))
}

const turnstile = new Turnstile(availableParallelism())

function run(command: string, args: readonly string[], input: string, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { signal, timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT }, (error, stdout) => {
      if (error === null || typeof error.code === 'number') resolve(stdout)
      else if (error.code === 'ENOENT') resolve(null)
      else reject(error)
    })
    child.stdin?.on('error', () => {}) // a program that reads nothing has ended before
    child.stdin?.end(input)
  })
}

const LIMIT_MS = 60_000
const MAX_OUTPUT = 16 << 20
