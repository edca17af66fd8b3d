import { TracewrightError } from '../errors.ts'
import { pythonRepr } from '../python/text.ts'
import type { FindOptions, Found } from './find.ts'
import { formatNamed } from './known-formats.ts'

/** Why the reference finds nothing to read, in its words; null where it has none, because it is not asked for one format. */
export function nothingForDataDesigner(found: Found, options: FindOptions): TracewrightError | null {
  const pattern = options.filePattern || (options.format === 'auto' ? null : formatNamed(options.format))?.dataDesigner?.pattern
  if (pattern === undefined) return null
  const root = found.sources[0]?.root ?? found.roots[0]!
  const scope = (options.recursive ?? true) ? 'under' : 'directly under'
  const message =
    found.matched === 0
      ? `No files matched file_pattern ${pythonRepr(pattern)} ${scope} ${root}`
      : `Seed source at ${root} did not produce any rows`
  return new TracewrightError('rollout', message, { hint: 'Name the folder, or another format or file pattern' })
}
