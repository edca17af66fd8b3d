import { statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { TracewrightError } from '../errors.ts'
import { visibleLine } from '../visible.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { UnitRef } from './find.ts'
import type { FormatName } from './known-formats.ts'
import { openRollouts, type ReadOptions, type Rollouts } from './read.ts'

/** The sessions of one log or folder. With those of a file come the sub-agents whose logs lie in a folder of its name. Throws where there is none. */
export async function readSession(path: string, options: Partial<ReadOptions> = {}): Promise<RolloutRow[]> {
  const alone = await openRollouts({ format: 'auto', ...options, path })
  const [unit] = alone.units
  const isFile = statSync(path).isFile()
  if (!isFile || alone.units.length !== 1 || unit!.unit.member !== undefined) return rowsOf(path, alone, alone.units)
  alone.close()
  // Read from the folder it lies in, so that what belongs together is found; only what belongs to it is read.
  const file = basename(path)
  const beside = `${basename(path, extname(path))}/`
  const all = await openRollouts({ ...options, format: unit!.format.name as FormatName, path: dirname(resolve(path)), filePattern: null })
  const belongs = ({ unit }: UnitRef) => unit.files[0] === file || unit.files[0]!.startsWith(beside)
  const units = all.units.filter(belongs)
  if (units.some(({ unit }) => unit.files[0] === file)) return rowsOf(path, all, units)
  all.close()
  const again = await openRollouts({ format: 'auto', ...options, path })
  return rowsOf(path, again, again.units)
}

async function rowsOf(path: string, rollouts: Rollouts, units: readonly UnitRef[]): Promise<RolloutRow[]> {
  const rows: RolloutRow[] = []
  const reasons: string[] = []
  {
    await using _rollouts = rollouts
    for (const unit of units)
      for (const outcome of (await rollouts.read(unit)).outcomes) {
        if ('row' in outcome) rows.push(outcome.row)
        else reasons.push(outcome.reject.reason)
      }
  }
  if (rows.length > 0) return rows
  throw new TracewrightError('rollout', `Cannot show '${path}': ${visibleLine(reasons[0] ?? 'it holds no session')}`)
}
