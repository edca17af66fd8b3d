import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { MessageMeta, RolloutRow } from '../conversation/row.ts'
import * as formats from '../formats.ts'
import { openRollouts } from '../read.ts'
import { toAtif } from './trajectory.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function rowsIn(path: string, format: string): Promise<RolloutRow[]> {
  const rollouts = await openRollouts({ format: format as 'auto', path, branches: 'all' })
  try {
    const rows: RolloutRow[] = []
    for (const ref of rollouts.units)
      for (const outcome of (await rollouts.read(ref)).outcomes) if ('row' in outcome) rows.push(outcome.row)
    return rows
  } finally {
    rollouts.close()
  }
}

/** Each row as a trajectory in a file of its own, read again. */
async function thereAndBack(rows: readonly RolloutRow[]): Promise<RolloutRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-as-atif-'))
  folders.push(folder)
  for (const [i, row] of rows.entries()) {
    const { json, assets } = toAtif(row, { assets: 'beside' })
    for (const { path, bytes } of assets) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytes)
    }
    writeFileSync(join(folder, `${String(i).padStart(4, '0')}.json`), json)
  }
  return rowsIn(folder, 'atif')
}

/** What is known of a message, where it stands in its log aside. A step that names no model is the trajectory's only one's. */
function said({ record: _r, records: _rs, file: _f, extra: _e, ...meta }: MessageMeta, { models }: RolloutRow) {
  const isAnswer = meta.origin === 'model'
  return { ...meta, model: meta.model ?? (isAnswer && models.length === 1 ? models[0] : undefined) }
}

describe('toAtif()', () => {
  for (const { name } of Object.values(formats)) {
    const fixtures = join(import.meta.dirname, '..', 'formats', name.replaceAll('_', '-'), 'fixtures')
    it(`${name}: what leaves as ATIF comes back as it was, and keeps ATIF's rules`, async () => {
      let compared = 0
      for (const fixture of existsSync(fixtures) ? readdirSync(fixtures) : []) {
        const rows = await rowsIn(join(fixtures, fixture, 'logs'), name)
        const again = new Map((await thereAndBack(rows)).map(row => [row.trace_id, row]))
        for (const row of rows) {
          const back = again.get(row.trace_id) ?? expect.unreachable(`${fixture}: ${row.trace_id} does not come back`)
          const where = `${fixture}: ${row.trace_id}`
          // What a trajectory says of tokens may not add up, and is kept as it is.
          if (name !== 'atif') expect(back.source_meta['validity'], where).toEqual({ verdict: 'valid', findings: 0 })
          expect(back.messages, where).toEqual(row.messages)
          expect(
            back.message_meta.map(meta => said(meta, row)),
            where,
          ).toEqual(row.message_meta.map(meta => said(meta, row)))
          expect(back.usage, where).toEqual(row.usage)
          expect(back.tools.schemas, where).toEqual(row.tools.schemas)
          expect([back.cwd, back.project_path, back.git_branch], where).toEqual([row.cwd, row.project_path, row.git_branch])
          compared++
        }
      }
      expect(compared).toBeGreaterThan(0)
    })
  }
})
