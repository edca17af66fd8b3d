import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { refuseOccupied } from '../../disk/overwrite.ts'
import { readText } from '../../disk/read-file.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { TracewrightError } from '../../errors.ts'
import { toAtif } from '../../rollout/as-atif/trajectory.ts'
import { type TrajectoryRef, withLinks } from '../../rollout/as-atif/with-links.ts'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import { systemReason } from '../../system-error.ts'
import type { RowOutput } from './file-output.ts'
import { PartRows } from './staged-rows.ts'

/** Rows as ATIF trajectories, a line each, handed to `write` as they come. */
export function atifLines(write: (line: string) => Promise<void> | void, close: () => void, abandon: () => void): RowOutput {
  return outputOf(async row => write(`${toAtif(row).json}\n`), close, abandon)
}

/** Rows as ATIF trajectories in a file of JSON Lines. */
export function atifFile(path: string): RowOutput {
  const file = new WholeFile(path)
  return atifLines(
    line => file.write(line),
    () => file.close(),
    () => file.abort(),
  )
}

/**
 * Rows as ATIF trajectories in a folder, a file each, with pictures and sounds as files beside them. Sub-agents and continuations are
 * named by the trajectories that started them, once all are written.
 */
export function atifFolder(folder: string, options: { force?: boolean } = {}): RowOutput {
  refuseOccupied(folder, 'trajectories', {}, options.force)
  const kin = new Kin()
  try {
    makeFolder(folder)
  } catch (error) {
    throw new TracewrightError('file', `Cannot write '${folder}': ${systemReason(error)}`, { cause: error })
  }
  const put = (name: string, text: string) => {
    const file = new WholeFile(join(folder, name))
    file.write(text)
    file.close()
  }
  return outputOf(
    async row => {
      const { json, assets } = toAtif(row, { assets: 'beside' })
      if (assets.length > 0) makeFolder(join(folder, 'assets'))
      // Files name themselves by their content: one that is there is the same.
      for (const { path, bytes } of assets) if (!existsSync(join(folder, path))) writeFileSync(join(folder, path), bytes)
      put(kin.fileOf(row), json)
    },
    () => {
      for (const { file, ...links } of kin.links()) put(file, withLinks(readText(join(folder, file)), links))
    },
    () => {},
  )
}

function outputOf(write: (row: RolloutRow) => Promise<void>, close: () => void, abandon: () => void): RowOutput {
  return {
    shape: { form: 'lines', types: null },
    sink: {
      async take(part, fates) {
        const rows = new PartRows(part, null)
        for (const [i, fate] of fates.entries()) if (fate !== 'drop') await write(rows.settled(i, fate)!)
      },
      close: async () => close(),
      abandon,
    },
  }
}

/** Which file holds which row, and which rows were started by others. Of each row it keeps its id alone. */
class Kin {
  private readonly files = new Map<string, string>() // by trace id
  private readonly taken = new Set<string>()
  private readonly subagents = new Map<string, Map<string, TrajectoryRef[]>>() // by the parent's trace id and its call
  private readonly continued = new Map<string, string>() // by the parent's trace id

  /** A name for a row's file, made of its id: what a log wrote never becomes a path. */
  fileOf({ trace_id: id, parent_trace_id: parent, relation, spawn_tool_call_id: call }: RolloutRow): string {
    const plain = id.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 80)
    const isFree = plain === id && !this.taken.has(plain.toLowerCase())
    const name = isFree ? plain : `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`
    this.taken.add(name.toLowerCase())
    const file = `${name}.json`
    this.files.set(id, file)
    if (parent !== null && relation === 'subagent' && call !== null) {
      const calls = this.subagents.get(parent) ?? new Map<string, TrajectoryRef[]>()
      calls.set(call, [...(calls.get(call) ?? []), { trajectory_id: id, trajectory_path: file }])
      this.subagents.set(parent, calls)
    }
    if (parent !== null && relation === 'continuation' && !this.continued.has(parent)) this.continued.set(parent, file)
    return file
  }

  /** The files that have to name others. */
  *links() {
    for (const parent of new Set([...this.subagents.keys(), ...this.continued.keys()])) {
      const file = this.files.get(parent)
      if (file === undefined) continue
      yield {
        file,
        subagents: this.subagents.get(parent) ?? new Map<string, TrajectoryRef[]>(),
        continued: this.continued.get(parent) ?? null,
      }
    }
  }
}
