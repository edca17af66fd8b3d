import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome, Row } from '../../row.ts'
import { Scratch } from '../scratch/scratch.ts'
import { Spool } from '../scratch/spool.ts'
import { NearVectors } from './near-vectors.ts'
import { RowTexts } from './row-texts.ts'
import { VectorColumn } from './vector-column.ts'

/** From where on vectors are near if nobody says. */
export const USUAL_COSINE = 0.95

/**
 * Rows but for those whose vector is near that of an earlier row that stays: of rows that stay no two are near, and each that goes is near one
 * that stays. Rows without a vector stay. Nothing grows with the rows but what lies on disk.
 */
export async function* leaveOutNear(
  rows: AsyncIterable<Row>,
  { column, threshold = USUAL_COSINE }: { column: string; threshold?: number },
): AsyncIterable<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-near-'))
  const scratch = new Scratch(join(folder, 'sets'))
  try {
    using spool = new Spool(join(folder, 'rows'))
    using near = new NearVectors(scratch, threshold)
    using reasons = new RowTexts(scratch)
    using likes = scratch.numbers(-1) // by row the one that stays for it
    const vectors = new VectorColumn(column, near)
    let count = 0
    for await (const row of rows) {
      spool.add({ row })
      const problem = vectors.add(count, row)
      if (problem !== null) reasons.set(count, problem)
      count++
    }
    vectors.refuseNone()
    for (const group of near.groups()) {
      const staying: number[] = []
      for (const row of group) {
        const like = staying.find(other => near.areNear(row, other))
        if (like === undefined) staying.push(row)
        else likes.set(row, like)
      }
    }
    let number = 0
    for await (const outcome of spool.read()) {
      const like = likes.get(number)
      const reason = like < 0 ? reasons.get(number) : `near-duplicate of row ${like} by '${column}'`
      yield reason === null ? outcome : { reject: { at: `row ${number}`, reason } }
      number++
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
