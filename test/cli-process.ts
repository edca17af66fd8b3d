import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The command line as it is built, which is what people start: it takes half the time of the sources (vitest.config.ts builds it). */
export const MAIN = new URL('../dist/bundle/cli.js', import.meta.url).href

/** What one process has compiled no other needs to: half of the time that a command takes. */
export const COMPILED = join(tmpdir(), 'tracewright-compiled')

/** The command line as a process of its own. */
export type CliProcess = { child: ChildProcess; output: Promise<{ code: number | null; stdout: string; stderr: string }>; stderr(): string }

/** Start `tracewright` with these arguments, in this folder, with more in its environment. */
export function startCli(args: readonly string[], cwd: string, environment: { [name: string]: string } = {}): CliProcess {
  return started(process.execPath, ['--input-type=module', '-e', SCRIPT, '--', ...args], cwd, environment)
}

/** Run a command that was printed as a person does who copies it into a shell, where `tracewright` is this program. */
export function startPrinted(line: string, cwd: string, environment: { [name: string]: string } = {}): CliProcess {
  const program = `tracewright() { exec '${process.execPath}' --input-type=module -e "$TRACEWRIGHT_SCRIPT" -- "$@"; }`
  return started('/bin/sh', ['-c', `${program}\n${line}`], cwd, { ...environment, TRACEWRIGHT_SCRIPT: SCRIPT })
}

const SCRIPT = `const { main } = await import(${JSON.stringify(MAIN)}); await main(['node', 'tracewright', ...process.argv.slice(1)])`

function started(program: string, args: readonly string[], cwd: string, environment: { [name: string]: string }): CliProcess {
  const child = spawn(program, args, {
    cwd,
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', chunk => (stdout += chunk))
  child.stderr!.setEncoding('utf8').on('data', chunk => (stderr += chunk))
  const output = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve =>
    child.once('close', code => resolve({ code, stdout, stderr })),
  )
  return { child, output, stderr: () => stderr }
}
