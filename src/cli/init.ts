import { cpSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Command } from 'commander'
import { makeFolder } from '../disk/made-folders.ts'
import { refuseOverwrite } from '../disk/overwrite.ts'
import { TracewrightError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { packageRoot } from '../package-version.ts'
import { shellWord } from '../shell-word.ts'
import { systemReason } from '../system-error.ts'
import { EXIT } from './exit.ts'
import { say } from './say.ts'

/** What can be copied: its files below examples/, the config first, and what it makes. */
export const EXAMPLES: { readonly [name: string]: { files: readonly string[]; about: string } } = {
  'distill.yaml': { files: ['distill/distill.yaml'], about: 'sessions → judged examples for fine-tuning, as YAML' },
  'distill.ts': {
    files: ['distill/distill.ts', 'distill/prompts.ts', 'distill/shapes.ts'],
    about: 'the same in TypeScript, with its prompts and shapes',
  },
  'summarize-random-turn.ts': { files: ['summarize-random-turn.ts'], about: 'one sentence about a random turn of each session' },
  'review-tool-interactions.ts': {
    files: ['review-tool-interactions.ts'],
    about: 'one row per tool call, labelled as a success or a failure',
  },
  'covers.yaml': { files: ['covers/covers.yaml'], about: 'book covers, drawn, and drawn again at night' },
}

/** `tracewright init`: a config to begin with. */
export function init(): Command {
  return new Command('init')
    .summary('copy an example config to begin with')
    .description(
      `Copy an example config into the working folder, or --into another:\n${Object.entries(EXAMPLES)
        .map(([name, { about }]) => `  ${name.padEnd(28)} ${about}`)
        .join('\n')}`,
    )
    .argument('[example]', 'which one', 'distill.yaml')
    .option('--into <dir>', 'folder to copy to', '.')
    .option('--force', 'write over files that are there')
    .action((name: string, { into, force }: { into: string; force?: boolean }) => {
      copyExample(name, into, force === true)
      process.exitCode = EXIT.done
    })
}

function copyExample(name: string, into: string, force: boolean): void {
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name]! : null
  if (example === null) {
    const guess = nearest(name, Object.keys(EXAMPLES))
    throw new TracewrightError('usage', `Cannot copy example '${name}': expected one of ${Object.keys(EXAMPLES).join(', ')}`, {
      ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
    })
  }
  if (statSync(into, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new TracewrightError('usage', `Cannot copy example '${name}' into '${into}': it is a file, expected a folder`)
  const targets = example.files.map(file => join(into, basename(file)))
  for (const target of targets) refuseOverwrite(target, force)
  for (const [i, target] of targets.entries())
    try {
      makeFolder(dirname(target))
      cpSync(join(packageRoot(), 'examples', example.files[i]!), target)
    } catch (error) {
      throw new TracewrightError('file', `Cannot write '${target}': ${systemReason(error)}`, { cause: error })
    }
  say(`Wrote ${targets.join(', ')}\nLook at the first record: tracewright preview ${shellWord(targets[0]!)}`)
}
