import { existsSync } from 'node:fs'
import { readText } from '../../disk/read-file.ts'
import { readJsonOr } from '../../json/exact.ts'
import { isObject } from '../../json/json.ts'
import type { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'
import { isAlive, type ProcessMark } from './process-mark.ts'

/** What a run's process writes once a second into `progress.json`, whether or not anything is made meanwhile. */
export type RunPulse = {
  /** The process that makes the run. */
  process: ProcessMark
  /** When this was written, ISO 8601. */
  at: string
  /** Rows to draw, or to accept. */
  target: number
  /** Of these, dealt with. */
  done: number
  /** Finished rows, those included that are in no part yet. */
  rows: number
  /** Rows that failed. */
  failed: number
  /** Finished, and not accepted. */
  declined: number
  /** Seconds since it began to make rows. */
  seconds: number
  /** US dollars so far; null: not known. */
  cost_usd: number | null
  /** What each model is doing. */
  models: ModelLoad[]
  /** Endpoints that do not answer. */
  endpoints: EndpointTrouble[]
}

/** What a model is doing. */
export type ModelLoad = {
  /** Name that columns use for the model. */
  alias: string
  /** Calls under way. */
  in_flight: number
  /** Calls that wait for one of these to end. */
  waiting: number
  /** Most calls at once, as far as the server lets it. */
  limit: number
  /** Seconds for which no call is made; 0: it is not paused. */
  paused_for: number
  /** Calls that were made. */
  calls: number
  /** Of these, calls that were made again. */
  retried: number
}

/** An endpoint that fails. */
export type EndpointTrouble = {
  /** URL below which it answers. */
  endpoint: string
  /** Whether calls wait for it. */
  is_down: boolean
  /** Since when it has not answered, ISO 8601. */
  failing_since: string
  /** When it is asked again; null: it is being asked, or is not down. */
  next_try_at: string | null
  /** From when on calls fail; null: it is not down. */
  gives_up_at: string | null
  /** Why. */
  reason: string
}

/** Whether a run goes on, and how that is known. */
export type RunLife = {
  /**
   * `working` · `waiting`: for an endpoint that is down · `silent`: its process gives no sign of life, and is not known to be gone ·
   * `dead`: its process is gone · `ended`: as its manifest says · `unknown`: nothing says that it lives, e.g. in a run of an earlier version
   */
  state: 'working' | 'waiting' | 'silent' | 'dead' | 'ended' | 'unknown'
  /** Last sign of life; null: none. */
  seen_at: string | null
  /** What it said last. */
  pulse: RunPulse | null
}

/** Without a sign of life for so long a process is stuck, was stopped, or its machine is gone. */
const SILENT_MS = 15_000

/** How a run lives, by its manifest, what its process said last, and whether that process is there. */
export function runLife(folder: RunFolder, { status }: Pick<RunManifest, 'status'>): RunLife {
  const pulse = readPulse(folder)
  const seen_at = pulse?.at ?? null
  if (status !== 'running') return { state: 'ended', seen_at, pulse }
  if (pulse === null) return { state: 'unknown', seen_at, pulse }
  if (isAlive(pulse.process) === false) return { state: 'dead', seen_at, pulse }
  if (Date.now() - Date.parse(pulse.at) > SILENT_MS) return { state: 'silent', seen_at, pulse }
  return { state: pulse.endpoints.some(({ is_down }) => is_down) ? 'waiting' : 'working', seen_at, pulse }
}

function readPulse(folder: RunFolder): RunPulse | null {
  const value = existsSync(folder.progress) ? readJsonOr(readText(folder.progress)) : null
  if (!isObject(value) || !isObject(value['process'])) return null
  const { process, at } = value
  const isWhole = typeof at === 'string' && typeof process['pid'] === 'number' && typeof process['host'] === 'string'
  return isWhole && Array.isArray(value['endpoints']) && Array.isArray(value['models']) ? (value as unknown as RunPulse) : null
}
