import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { isStream } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import type { IngestFlags } from './ingest-flags.ts'

/** Whether rows go into a store or to a file or stdout. A folder, and a name without an ending, is a store; a device or a pipe is a file. */
export async function outputKind({ output, codec, watch }: IngestFlags): Promise<'store' | 'file'> {
  const isStore =
    output !== undefined &&
    !isStream(output) &&
    (statSync(output, { throwIfNoEntry: false })?.isDirectory() || extname(output) === '' || output.endsWith('/'))
  if (isStore) return 'store'
  for (const [option, given] of [
    ['--watch', watch],
    ['--codec', codec],
  ] as const)
    if (given)
      throw new TracewrightError(
        'usage',
        `Cannot use ${option}: ${output === undefined ? 'rows go to stdout' : `'${output}' is a file`}, expected -o DIR`,
      )
  return 'file'
}
