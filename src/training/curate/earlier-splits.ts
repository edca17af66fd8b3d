import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf } from '../../codec/jsonl.ts'
import { NumberLookup } from '../../disk/number-lookup.ts'
import { TracewrightError } from '../../errors.ts'
import { systemReason } from '../../system-error.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { keyOf } from './split.ts'

/** Which split the rows of an earlier export went to, by the key of their trace id: its place among the names. Throws where it cannot be told. */
export async function earlierSplits(folder: string, names: readonly string[], scratch: Scratch): Promise<NumberLookup> {
  const found = scratch.runs(2)
  const files = filesOfSplits(folder, names)
  try {
    for (const { name, path } of files)
      for await (const line of linesOf(path))
        if (line !== '') found.add(keyOf(String((JSON.parse(line) as { trace_id?: unknown }).trace_id)), names.indexOf(name))
  } catch (error) {
    found[Symbol.dispose]()
    throw unreadable(folder, error)
  }
  return new NumberLookup(found, scratch.path('before'), { ...scratch.paging, hasValues: true })
}

/** The manifests of an earlier export. Throws where there are none, or one is of a split that is not among these names. */
export function filesOfSplits(folder: string, names: readonly string[]): { name: string; path: string }[] {
  let files: string[]
  try {
    files = readdirSync(join(folder, 'manifest'))
  } catch (error) {
    throw unreadable(folder, error)
  }
  return files.map(file => {
    const name = file.replace(/\.jsonl$/, '')
    if (!names.includes(name))
      throw new TracewrightError('usage', `The export in '${folder}' has a split '${name}', which this one has not`)
    return { name, path: join(folder, 'manifest', file) }
  })
}

function unreadable(folder: string, error: unknown): TracewrightError {
  return new TracewrightError('usage', `Cannot read the splits of '${folder}': ${systemReason(error)}`, {
    hint: 'Name the folder of an export',
    cause: error,
  })
}
