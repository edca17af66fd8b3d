import type { Command } from 'commander'
import { EXTENSION_KINDS } from '../../extension-module.ts'

/** The option of every command that names packages with types of their own, as commander hands it over. */
export type ExtensionFlags = { extensions?: string[] }

const LISTED = EXTENSION_KINDS.join(', ').replace(/, (?=\w+$)/, ' and ')

/** Add the option that names packages. What a command reads and writes is known before it acts: see `useNamedExtensions`. */
export function withExtensions(command: Command): Command {
  return command.option(
    '--extensions <module>',
    `package or ./file that exports \`extensions\`: ${LISTED}; may be repeated`,
    (value, before: string[]) => [...before, value],
    [],
  )
}

/** Know the formats of logs and the codecs of files that the packages bring, whatever the command does with them. */
export async function useNamedExtensions(command: Command): Promise<void> {
  const { extensions = [] } = command.opts<ExtensionFlags>()
  if (extensions.length === 0) return
  const { useExtensions } = await import('../../dataset/use-extensions.ts')
  await useExtensions(extensions)
}
