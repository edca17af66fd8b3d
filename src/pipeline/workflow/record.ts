import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'

/** What is known of a stage, as its workflow's folder says. */
export type StageRecord = {
  index: number
  name: string
  /** Its folder, below that of the workflow. */
  stage_dir: string
  depends_on: string[]
  output: string
  allow_empty: boolean
  status: 'running' | 'failed' | 'completed' | 'completed_empty' | 'skipped_empty_upstream'
  /** Why it failed; absent: it did not. */
  reason?: string | null
  /** Hash of all that decides its rows, the stages before it included. */
  fingerprint?: string
  num_records_requested?: number | null
  seeded_from_stage?: string | null
  seed_path?: string | null
  num_records_actual?: number
  /** Rows that the next stage gets, and where they are; paths below the workflow's folder where they can be. */
  output_records?: number
  output_seed_path?: string
  upstream_stage?: string
  /** Its rows are of what the stage before was: they are made again, whoever goes on. */
  is_stale?: boolean
  duration_sec?: number
  /** US dollars that runs of it have cost which were taken away since. */
  spent_before_usd?: number
}

/** How a workflow stands. */
export type WorkflowRecord = { name: string; library_version: string; max_cost_usd?: number | null; stages: StageRecord[] }

/** What a workflow's folder says; null where there is none. Throws where it cannot be read: nobody can say which stages are done. */
export function readWorkflowRecord(folder: string): WorkflowRecord | null {
  const path = join(folder, WORKFLOW_FILE)
  if (!existsSync(path)) return null
  const record = parseJson(readText(path))
  if (isObject(record) && typeof record['name'] === 'string' && Array.isArray(record['stages']) && record['stages'].every(isStage))
    return record as unknown as WorkflowRecord
  throw new TracewrightError('file', 'Cannot go on with the workflow: what says how it stands is damaged', {
    where: path,
    hint: 'Bring it back from a copy, or take it away: stages that are there are then gone through again, and no model is asked twice',
  })
}

/** Replace it as a whole. */
export function writeWorkflowRecord(folder: string, record: WorkflowRecord): void {
  const path = join(folder, WORKFLOW_FILE)
  writeFileSync(`${path}.tmp`, `${writeJson(record as unknown as Json, 2)}\n`, { flush: true })
  renameSync(`${path}.tmp`, path)
}

/** The file that says how a workflow stands. */
const WORKFLOW_FILE = 'workflow-metadata.json'

function isStage(stage: Json): stage is JsonObject {
  return (
    isObject(stage) && typeof stage['name'] === 'string' && typeof stage['stage_dir'] === 'string' && typeof stage['status'] === 'string'
  )
}
