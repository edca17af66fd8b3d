import { isStream } from '../disk/overwrite.ts'
import { TracewrightError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { Codec, StageForm } from './codec.ts'
import * as codecs from './codecs.ts'

/** Know codecs of other packages by the endings of files. Throws where another has the name or the ending. */
export function addCodecs(more: readonly Codec[]): void {
  for (const codec of more) {
    const other = [...known].find(
      one => one !== codec && (one.name === codec.name || one.extensions.some(ending => codec.extensions.includes(ending))),
    )
    if (other !== undefined)
      throw new TracewrightError(
        'usage',
        `Cannot use codec '${codec.name}' (${codec.extensions.join(', ')}): '${other.name}' has its name or ending (${other.extensions.join(', ')})`,
      )
    known.add(codec)
  }
}

const own: readonly Codec[] = Object.values(codecs)
const known = new Set<Codec>(own)

/** All codecs that are known. */
export function knownCodecs(): readonly Codec[] {
  return [...known]
}

/** The codec for a file, by the ending of its name; a device or a pipe without one takes lines of JSON. Throws where none fits, naming those there are. */
export function codecFor(path: string): Codec {
  const found = known.values().find(codec => codec.extensions.some(extension => path.toLowerCase().endsWith(extension)))
  if (found !== undefined) return found
  if (isStream(path)) return codecs.jsonl
  const endings = [...known].flatMap(codec => codec.extensions)
  throw new TracewrightError('usage', `Cannot tell the format of '${path}': expected a name that ends in ${endings.join(', ')}`)
}

/** The codec of a name. Throws where there is none, naming those there are. */
export function codecNamed(name: string): Codec {
  const found = known.values().find(codec => codec.name === name)
  if (found !== undefined) return found
  const names = [...known].map(codec => codec.name)
  throw new TracewrightError('usage', `Unknown format of files '${name}': expected ${names.join(', ')}`, {
    hint: didYouMean(name, names, 'Leave it out to have the ending of the name tell'),
  })
}

/** Whether a file is of a codec of another package, which the engine cannot read. */
export function isForeign(path: string): boolean {
  return !own.includes(codecFor(path))
}

/** The form in which rows wait for files of a codec, by its name; null where there is no such codec, or its rows are written one by one. */
export function stageFormOf(name: string): StageForm | null {
  return Object.values<Codec>(codecs).find(codec => codec.name === name)?.stage ?? null
}
