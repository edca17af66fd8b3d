import { cpSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Command } from 'commander'
import { makeFolder } from '../../disk/made-folders.ts'
import { refuseOverwrite } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { packageRoot } from '../../package-version.ts'
import { shellWord } from '../../shell-word.ts'
import { systemReason } from '../../system-error.ts'
import type { ExtensionFlags } from '../options/extension-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayAside } from '../terminal/say.ts'
import type { Answers } from './answers.ts'

/** What can be copied: its files below examples/, the config first, and what it makes. */
export const EXAMPLES: { readonly [name: string]: { files: readonly string[]; about: string } } = {
  'distill.yaml': { files: ['distill/distill.yaml'], about: 'judged examples for fine-tuning, as YAML' },
  'distill.ts': {
    files: ['distill/distill.ts', 'distill/prompts.ts', 'distill/shapes.ts'],
    about: 'the same in TypeScript',
  },
  'summarize-random-turn.ts': { files: ['summarize-random-turn.ts'], about: 'a sentence about a random turn of each session' },
  'review-tool-interactions.ts': {
    files: ['review-tool-interactions.ts'],
    about: 'tool calls, labelled as successes or failures',
  },
  'covers.yaml': { files: ['covers/covers.yaml'], about: 'book covers, drawn, and drawn again at night' },
}

/** `tracewright init`: a config to begin with. */
export function init(): Command {
  return new Command('init')
    .summary('write a config to begin with, by questions or flags, or copy an example')
    .description(
      `Write a config to begin with. On a terminal you are asked what is not given as a flag; elsewhere the flags say all, and nothing is asked.\nOr copy an example config into the working folder, or --into another:\n${Object.entries(
        EXAMPLES,
      )
        .map(([name, { about }]) => `  ${name.padEnd(28)} ${about}`)
        .join('\n')}`,
    )
    .argument('[example]', 'which one to copy (without a terminal and flags: distill.yaml)')
    .option('--into <dir>', 'folder to copy to', '.')
    .option('--rows <what>', 'what rows are made of: sessions, file, or nothing')
    .option('--format <agent>', 'of sessions: whose they are, or auto')
    .option('--path <path>', 'of sessions: where they are (default: where the agent keeps them); of file: which one')
    .option('--topics <words>', 'of nothing: what rows are about, separated by commas')
    .option('--provider <name[=url]>', 'who answers: a predefined provider, or a name and its URL')
    .option('--key <variable>', 'variable of the environment with the key of a provider that has a URL')
    .option('--model <name>', 'which model (default: the usual one of the provider)')
    .option('--column <name>', 'column that it writes (default: answer)')
    .option('--prompt <template>', 'what it is asked, with {{ column }} for what a row has')
    .option('--judge', 'let it judge each answer, too')
    .option('-o, --output <file>', 'where the config is written to (default: config.yaml)')
    .option('--force', 'write over files that are there')
    .action(async (name: string | undefined, { into, force = false, extensions: _, ...given }: InitFlags) => {
      const isAsked = Object.keys(given).length > 0
      if (name !== undefined && isAsked)
        throw new TracewrightError('usage', `Cannot copy '${name}' and write a config of answers: found both, expected one of them`)
      const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true
      if (name !== undefined || !(isAsked || isTerminal)) copyExample(name ?? 'distill.yaml', into, force)
      else await writeNew(given, { force, isTerminal })
      process.exitCode = EXIT.done
    })
}

type InitFlags = Partial<Answers> & ExtensionFlags & { into: string; force?: boolean }

/** Write a config of what was given and, on a terminal, of what is asked. */
async function writeNew(given: Partial<Answers>, { force, isTerminal }: { force: boolean; isTerminal: boolean }): Promise<void> {
  const { checkedAnswers, writeConfig } = await import('./write-config.ts')
  const checked = await checkedAnswers(given, { force, isWhole: !isTerminal })
  const answers = isTerminal ? await (await import('./questions.ts')).askPerson(given, force) : checked
  const { files, next, warnings } = await writeConfig(answers, force)
  for (const warning of warnings) sayAside(`warning: ${warning}`)
  say(`Wrote ${files.map(({ path }) => path).join(', ')}\nLook at the first record: ${next[0]}\nMake the dataset: ${next[1]}`)
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
