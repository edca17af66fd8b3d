import { Command, InvalidArgumentError } from 'commander'
import { keepHeapSmall } from '../engine.ts'
import { EXIT } from '../terminal/exit.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { say, sayAside } from '../terminal/say.ts'
import { openInBrowser } from './open-in-browser.ts'

/** `tracewright studio`: look at sessions, runs and exports in a browser. */
export function studio(): Command {
  return new Command('studio')
    .summary('look at sessions, runs and exports in a browser')
    .description(
      'Open stores, runs and exports in a browser: read and search sessions, label them by keyboard, see what they cost, watch runs.\n' +
        'The server answers on this machine only, and only who has the address that is printed. It asks nothing of any other machine.\n' +
        'From another machine: ssh -L PORT:127.0.0.1:PORT, with --port PORT here.',
    )
    .argument('[paths...]', 'stores, runs, exports, files of rows; default: those in this folder')
    .option('--port <n>', 'port; default: one that is free', port, 0)
    .option('--no-open', 'print the address only')
    .option('--read-only', 'nothing can be labelled')
    .action(async (paths: string[], flags: { port: number; open: boolean; readOnly?: boolean }) => {
      keepHeapSmall()
      const { startStudio } = await import('../../studio/studio.ts')
      const running = await startStudio({ paths, port: flags.port, readOnly: flags.readOnly === true })
      say(running.url)
      sayAside('Ctrl-C ends the studio')
      using signals = interruptible()
      const { signal } = signals
      if (flags.open && process.stdout.isTTY === true) openInBrowser(running.url)
      await new Promise<void>(resolve => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))
      await running.close()
      process.exitCode = EXIT.done
    })
}

function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('Expected a port, or 0 for one that is free.')
  return value
}
