import { createHash } from 'node:crypto'
import { fstatSync, readSync } from 'node:fs'
import { closingFile } from '../../disk/closing-file.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import { systemReason } from '../../system-error.ts'
import type { SeedInput } from './shard-plan.ts'

/** What files a seed reads: their sizes, and a tag of their first and last bytes, which is the same on every machine that has a copy. */
export function inputsOf(files: readonly string[]): SeedInput[] {
  return files.map(inputOf)
}

/** Throws where a seed does not read what it read when the shards were planned: positions would be those of other rows. */
export function refuseChangedInputs(before: readonly SeedInput[], files: readonly string[]): void {
  const now = new Set(files)
  const known = new Set(before.map(({ path }) => path))
  const gone = before.find(({ path }) => !now.has(path))
  const added = files.find(path => !known.has(path))
  const changed = gone === undefined && added === undefined ? before.find(input => inputOf(input.path).tag !== input.tag) : undefined
  const problem =
    gone !== undefined
      ? `'${gone.path}' is gone`
      : added !== undefined
        ? `'${added}' has come`
        : changed !== undefined
          ? `'${changed.path}' has changed`
          : files.every((path, i) => path === before[i]!.path)
            ? null
            : 'its files come in another order'
  if (problem === null) return
  throw new TracewrightError('seed', `Cannot make a shard: the seed is not what it was when the shards were planned, ${problem}`, {
    hint: 'Bring back what was there, or plan again into another home',
  })
}

/** Bytes at either end of a file that its tag is made of. */
const END_BYTES = 1 << 16

function inputOf(path: string): SeedInput {
  let file: number
  try {
    file = openToRead(path)
  } catch (error) {
    throw new TracewrightError('seed', `Cannot look at '${path}', which the seed reads: ${systemReason(error)}`, { cause: error })
  }
  using _file = closingFile(file)
  const { size } = fstatSync(file)
  const hash = createHash('sha256').update(`${size}\n`)
  for (const at of [0, Math.max(0, size - END_BYTES)]) {
    const bytes = Buffer.alloc(Math.min(END_BYTES, size - at))
    hash.update(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at)))
  }
  return { path, bytes: size, tag: hash.digest('hex').slice(0, 32) }
}
