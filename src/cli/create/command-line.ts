import type { Command, Option } from 'commander'
import { shellWord } from '../../shell-word.ts'

/** Options that are set to something else than they were, by their attribute: true sets a flag, text or a number sets a value, null leaves it out. */
export type Changes = { [attribute: string]: true | string | number | null }

/**
 * The command line to go on with: what was given, with everything it limits, and some options changed. Built from the options as they
 * were parsed, so that no hint can forget one.
 */
export function commandLine(command: Command, changes: Changes = {}): string {
  return ['tracewright', ...commandWords(command, changes)].map(shellWord).join(' ')
}

/** The same as words, without the program. */
export function commandWords(command: Command, changes: Changes = {}): string[] {
  const options = command.options.flatMap(option => wordsOf(option, given(command, option, changes)))
  return [command.name(), ...command.args, ...options]
}

function given(command: Command, option: Option, changes: Changes): unknown {
  const attribute = option.attributeName()
  if (Object.hasOwn(changes, attribute)) return changes[attribute]
  return command.getOptionValueSource(attribute) === 'cli' ? command.getOptionValue(attribute) : null
}

function wordsOf(option: Option, value: unknown): string[] {
  const name = option.long ?? option.short!
  if (value === null || value === undefined) return []
  if (option.negate) return value === false ? [name] : []
  if (value === true) return option.required ? [] : [name]
  if (value === false) return []
  return (Array.isArray(value) ? value : [value]).flatMap(each => [name, String(each)])
}
