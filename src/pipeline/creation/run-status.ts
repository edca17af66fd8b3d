import { existsSync } from 'node:fs'
import { AskedCells, type AskedQuestion } from '../../dataset/run/asked-cells.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { RunRejects } from '../../dataset/run/rejects.ts'
import { type RunLife, runLife } from '../../dataset/run/run-life.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseMore } from '../../fields.ts'
import { isObject, parseJson, stringOrNull } from '../../json/json.ts'
import type { Failure } from '../rows/failure.ts'
import type { BillSummary } from './bill.ts'

/** How a run stands, as its folder says, whichever process makes it. */
export type RunStatus = {
  /** Name of the run. */
  dataset: string
  /** As its manifest says; `running` also where its process is gone: see `life`. */
  status: RunManifest['status']
  /** Why it was stopped, or why it has fewer rows than it was to have. */
  reason: string | null
  /** Whether it goes on, which endpoints are down, and the last sign of life. */
  life: RunLife
  /** What it is to make. */
  target: RunManifest['target']
  /** Outcomes of the seed that are dealt with. */
  drawn: number
  /** Finished rows in parts. */
  rows: number
  /** Finished rows that were not accepted. */
  declined: number
  /** Things that gave no row, those that were skipped included. */
  rejects: number
  /** What holds no row, an empty log for instance, which is no failure. */
  skipped: number
  /** What it has cost; null: no bill is written yet. */
  bill: BillSummary | null
}

/** A row that failed, with what was asked for it. */
export type RunFailure = Failure & {
  /** Each question with its rendered prompt, and what came of it; empty where no model was asked, or nothing of it was kept. */
  questions: AskedQuestion[]
}

/** How the run in a folder stands. Throws where there is none. */
export function runStatus(path: string, ...more: never[]): RunStatus {
  refuseMore(more, 'runStatus', 'a path')
  const folder = new RunFolder(path)
  const manifest = manifestOf(folder)
  const { dataset_name: dataset, status, reason, target, drawn, rows, declined, rejects } = manifest
  const usage = existsSync(folder.usage) ? parseJson(readText(folder.usage)) : null
  const bill = isObject(usage) ? (usage as unknown as BillSummary) : null
  const skipped = rejects === 0 ? 0 : RunRejects.read(folder, manifest).filter(({ kind }) => kind === 'skipped').length
  return { dataset, status, reason, life: runLife(folder, manifest), target, drawn, rows, declined, rejects, skipped, bill }
}

/** What a run could not make, each with the prompt that was sent and the replies or errors as they came. One at a time is held. */
export async function* runFailures(path: string, ...more: never[]): AsyncIterable<RunFailure> {
  refuseMore(more, 'runFailures', 'a path')
  const folder = new RunFolder(path)
  const cells = new AskedCells(folder.asked)
  for (const reject of RunRejects.read(folder, manifestOf(folder))) {
    const id = isObject(reject['asked']) ? stringOrNull(reject['asked']['id']) : null
    const cell = id === null ? null : await cells.find(id)
    yield { ...(reject as unknown as Failure), questions: cell?.questions ?? [] }
  }
}

function manifestOf(folder: RunFolder): RunManifest {
  const manifest = folder.readManifest()
  if (manifest !== null) return manifest
  throw new TracewrightError('usage', `Cannot tell how the run in '${folder.path}' stands: no run is there`, {
    hint: 'Name the folder that create has made; it has a manifest.json',
  })
}
