import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** The command line as it is built, which is what people start: it takes half the time of the sources (vitest.config.ts builds it). */
export const MAIN = new URL('../dist/bundle/cli.js', import.meta.url).href

/** What one process has compiled no other needs to: half of the time that a command takes. */
export const COMPILED = join(tmpdir(), 'tracewright-compiled')

/** The command line as a process of its own. */
export type CliProcess = {
  child: ChildProcess
  begun: Promise<void> // from when on it is ended by a signal as it wants to be, and not by the system, or is over
  output: Promise<{ code: number | null; stdout: string; stderr: string }>
  stderr(): string
}

/** Start `tracewright` with these arguments, in this folder, with more in its environment. */
export function startCli(args: readonly string[], cwd: string, environment: { [name: string]: string } = {}): CliProcess {
  return started(process.execPath, ['--input-type=module', '-e', SCRIPT, '--', ...args], cwd, environment)
}

/** Run a command that was printed as a person does who copies it into a shell, where `tracewright` is this program. */
export function startPrinted(line: string, cwd: string, environment: { [name: string]: string } = {}): CliProcess {
  const program = `tracewright() { exec '${process.execPath}' --input-type=module -e "$TRACEWRIGHT_SCRIPT" -- "$@"; }`
  return started('/bin/sh', ['-c', `${program}\n${line}`], cwd, { ...environment, TRACEWRIGHT_SCRIPT: SCRIPT })
}

/** As `bin/tracewright.mjs`, which takes Ctrl-C before anything is loaded. That it does is said by closing a pipe. */
const SCRIPT = `
import { closeSync } from 'node:fs'
const leave = () => process.exit(130)
process.once('SIGINT', leave)
closeSync(3)
const { main } = await import(${JSON.stringify(MAIN)})
const running = main(['node', 'tracewright', ...process.argv.slice(1)])
process.off('SIGINT', leave)
await running`

function started(program: string, args: readonly string[], cwd: string, environment: { [name: string]: string }): CliProcess {
  const child = spawn(program, args, {
    cwd,
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', chunk => (stdout += chunk))
  child.stderr!.setEncoding('utf8').on('data', chunk => (stderr += chunk))
  const output = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve =>
    child.once('close', code => resolve({ code, stdout, stderr })),
  )
  const begun = new Promise<void>(resolve => (child.stdio[3] as Readable).once('close', resolve).resume())
  return { child, begun, output, stderr: () => stderr }
}
