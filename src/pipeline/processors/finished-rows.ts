import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { writeJson } from '../../json/exact.ts'
import type { Outcome } from '../../row.ts'
import type { FinishedDataset } from './processor.ts'

/** Write what becomes of a whole dataset beside it, both files or neither: `rows.jsonl` and `rejects.jsonl`. Made once: what is there stays. */
export async function writeFinished(
  { folder, isNew }: Pick<FinishedDataset, 'folder' | 'isNew'>,
  outcomes: () => AsyncIterable<Outcome>,
): Promise<void> {
  const path = join(folder, 'rows.jsonl')
  if (!isNew && existsSync(path)) return
  makeFolder(folder)
  const [made, rejects] = [new WholeFile(path), new WholeFile(join(folder, 'rejects.jsonl'))]
  try {
    for await (const outcome of outcomes())
      if ('row' in outcome) made.write(`${writeJson(outcome.row)}\n`)
      else rejects.write(`${writeJson({ ...outcome.reject })}\n`)
  } catch (error) {
    for (const file of [made, rejects]) file.abort()
    throw error
  }
  for (const file of [rejects, made]) file.close()
}
