import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { messageOf, TracewrightError } from '../errors.ts'
import { packageVersion } from '../package-version.ts'
import { isOfTheSystem, systemReason } from '../system-error.ts'
import { create } from './create/create.ts'
import { plan } from './create/plan.ts'
import { preview } from './create/preview.ts'
import { validate } from './create/validate.ts'
import { compileLate, makeAllYoung } from './engine.ts'
import { diff } from './export/diff.ts'
import { exportCommand } from './export/export.ts'
import { ingest } from './ingest/ingest.ts'
import { cost } from './look/cost.ts'
import { explain } from './look/explain.ts'
import { query } from './look/query.ts'
import { scan } from './look/scan.ts'
import { search } from './look/search.ts'
import { showCommand } from './look/show.ts'
import { useNamedExtensions, withExtensions } from './options/extension-options.ts'
import { merge } from './runs/merge.ts'
import { status } from './runs/status.ts'
import { work } from './runs/work.ts'
import { workflow } from './runs/workflow.ts'
import { agent } from './setup/agent.ts'
import { completion } from './setup/completion.ts'
import { init } from './setup/init.ts'
import { checkModels, models } from './setup/models.ts'
import { label } from './studio/label.ts'
import { studio } from './studio/studio.ts'
import { exitOnSignals } from './terminal/early-exit.ts'
import { EXIT, EXIT_CODES } from './terminal/exit.ts'
import { readerIsGone, sayAside } from './terminal/say.ts'

/** The whole command line. */
export function program(): Command {
  const tracewright = new Command('tracewright')
    .description('Agent session logs on disk → faithful rows → datasets')
    .version(packageVersion())
    .showHelpAfterError('(add --help for the options)')
    .addHelpText(
      'after',
      `\nExit codes:\n${EXIT_CODES}\n\nLogs stay on this machine: only commands that run a config call a model, and\nonly those it names.`,
    )
    .exitOverride()
    .configureOutput(INERT)
  for (const command of COMMANDS) tracewright.addCommand(withExtensions(command()).exitOverride().configureOutput(INERT))
  tracewright.addCommand(completion(program).exitOverride().configureOutput(INERT))
  tracewright.hook('preAction', (_, command) => useNamedExtensions(command))
  return tracewright
}

/** In the order in which they are used. */
const COMMANDS = [
  ...[scan, ingest, query, showCommand, search, label, cost, studio, explain, init, preview, create, workflow, plan, merge, status, work],
  ...[validate, exportCommand, diff, models, checkModels, () => agent(program)],
]

/** Words of a command line that was mistyped, or pasted, act no more than those of a log. */
const INERT = { outputError: (text: string) => sayAside(text.trimEnd()) }

/** Run the command line. Never throws: every error is one sentence on stderr and an exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', whenOutputFails)
  // Who does not listen to what is said beside the output loses nothing of it.
  process.stderr.on('error', () => {})
  exitOnSignals()
  makeAllYoung()
  compileLate()
  try {
    await program().parseAsync([...argv])
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** The output cannot be written. A reader of a pipe may stop early (`| head`); that is not a failure. */
function whenOutputFails(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') readerIsGone()
  else process.exit(refused(error))
}

/** The operating system refused something that no part of the program expected it to: a full disk, a folder that may not be written. */
function refused(error: NodeJS.ErrnoException): number {
  const what =
    error.syscall === 'write' && error.path === undefined
      ? 'write the output'
      : `${verbOf(error.syscall ?? '')} '${error.path ?? 'a file'}'`
  sayAside(`tracewright: Cannot ${what}: ${systemReason(error)}`)
  return EXIT.failed
}

/** What was tried, by the name that the operating system has for it. */
function verbOf(call: string): string {
  if (call === 'mkdir') return 'make folder'
  if (call === 'scandir' || call === 'readdir') return 'list'
  return call === 'lstat' || call === 'stat' || call === 'access' ? 'look at' : call
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (error instanceof Error && error.name === 'AbortError') return EXIT.interrupted
  if (isOfTheSystem(error) && !(error instanceof TracewrightError)) return refused(error as NodeJS.ErrnoException)
  if (error instanceof TracewrightError && error.kind === 'cancelled') return EXIT.interrupted
  sayAside(`tracewright: ${messageOf(error)}`)
  if (!(error instanceof TracewrightError)) {
    sayAside('This is a defect in tracewright; with TRACEWRIGHT_DEBUG=1 it shows where.')
    if (process.env['TRACEWRIGHT_DEBUG']) sayAside(inspect(error))
  }
  const isUsage = error instanceof TracewrightError && (error.kind === 'usage' || error.kind === 'config')
  return isUsage ? EXIT.usage : EXIT.failed
}
