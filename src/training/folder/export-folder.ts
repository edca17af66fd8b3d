import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { refuseOccupied } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import { systemReason } from '../../system-error.ts'
import { Scratch } from '../scratch/scratch.ts'

/** Throws where a folder holds anything, unless an export in it may give way and other things may stand beside it. */
export function refuseOutput(folder: string, force = false): void {
  if (!force && existsSync(join(folder, 'export.json')))
    throw new TracewrightError('usage', `Cannot export into '${folder}': an export is there already`, {
      hint: 'Name another folder, or put this one in its place with --force (force: true)',
    })
  // Without its report an export is one that was cut short: nothing of it counts.
  refuseOccupied(folder, 'an export', UNFINISHED, force)
}

/** What an export consists of, and which files are in its folders. */
const SHARD = /^(?:\.[\w-]+-\d+\.part|[\w-]+-\d{5}-of-\d{5}\.(?:jsonl|parquet)|[\w-]+-\d{6,}-[\w.-]*\.jsonl)(?:\.tmp)?$/
/** What does not fit into memory lies there for a while. */
const SCRATCH = '.sketches.tmp'

const UNFINISHED = {
  '.rows.tmp': true,
  [SCRATCH]: true,
  data: SHARD,
  manifest: /^[\w-]+\.jsonl(?:\.tmp)?$/,
  'rejects.jsonl.tmp': true,
} as const
const OWN = {
  ...UNFINISHED,
  'rejects.jsonl': true,
  'export.json': true,
  'dataset_info.json': true,
  'README.md': true,
} as const

/** Make a folder for an export. One that is in it gives way, what else is in it stays. */
export function clearOutput(folder: string): void {
  try {
    makeFolder(folder)
    for (const [name, rule] of Object.entries(OWN))
      if (name === SCRATCH) continue
      else if (rule === true) rmSync(join(folder, name), { force: true })
      else if (existsSync(join(folder, name)))
        for (const file of readdirSync(join(folder, name))) if (rule.test(file)) rmSync(join(folder, name, file), { force: true })
  } catch (error) {
    throw new TracewrightError('file', `Cannot export into '${folder}': ${systemReason(error)}`, { cause: error })
  }
}

/** Where an export keeps what does not fit into memory; what one that was cut short left there is taken away. */
export function freshScratch({ output, memoryMB }: { output: string; memoryMB?: number }): Scratch {
  const folder = join(output, SCRATCH)
  rmSync(folder, { recursive: true, force: true })
  return new Scratch(folder, memoryMB)
}
