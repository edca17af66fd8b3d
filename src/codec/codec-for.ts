import { isStream } from '../disk/overwrite.ts'
import { TracewrightError } from '../errors.ts'
import type { Codec, StageForm } from './codec.ts'
import * as codecs from './codecs.ts'

/** The codec for a file, by the ending of its name; a device or a pipe without one takes lines of JSON. Throws where none fits, naming those there are. */
export function codecFor(path: string): Codec {
  const found = Object.values(codecs).find(codec => codec.extensions.some(extension => path.toLowerCase().endsWith(extension)))
  if (found !== undefined) return found
  if (isStream(path)) return codecs.jsonl
  const endings = Object.values(codecs).flatMap(codec => codec.extensions)
  throw new TracewrightError('usage', `Cannot tell the format of '${path}': expected a name that ends in ${endings.join(', ')}`)
}

/** The form in which rows wait for files of a codec, by its name; null where there is no such codec, or its rows are written one by one. */
export function stageFormOf(name: string): StageForm | null {
  return Object.values<Codec>(codecs).find(codec => codec.name === name)?.stage ?? null
}
