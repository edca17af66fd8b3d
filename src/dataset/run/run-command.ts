import { shellWord } from '../../shell-word.ts'
import type { RunFolder } from './folder.ts'

/** The command line that goes on with a run, or tries its failed rows again, from wherever it is typed. */
export function commandFor(folder: RunFolder, what: 'resume' | 'retry'): string {
  const command = folder.readCommand()
  if (command === null) return `tracewright create CONFIG --${what === 'resume' ? 'resume' : 'retry-failed'} -o ${shellWord(folder.path)}`
  return `cd ${shellWord(command.cwd)} && ${['tracewright', ...command[what]].map(shellWord).join(' ')}`
}
