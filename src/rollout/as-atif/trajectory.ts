import { refuseUnknownOptions } from '../../fields.ts'
import { type JsonObject, stringIn } from '../../json/json.ts'
import { jsonLine, type Written } from '../../json/written.ts'
import type { RolloutRow } from '../conversation/row.ts'
import type { Asset, AssetKeeping } from './content.ts'
import { countsOf, filled, stepsOf } from './steps.ts'

/** An ATIF document. */
export type AtifTrajectory = {
  /** Its JSON, on one line. Arguments of calls are the bytes that the model wrote. */
  json: string
  /** Files it names. */
  assets: Asset[]
}

/** How a row becomes a trajectory. */
export type AtifOptions = {
  /** Where pictures and sounds stand. Default: 'inline', in the text of the trajectory. */
  assets?: AssetKeeping
}

/**
 * A row as a trajectory of the Agent Trajectory Interchange Format that Harbor's validator accepts: 1.7, or 1.8 where it has sounds.
 * What ATIF has no field for stands under `extra.tracewright`, so that nothing of the row is lost.
 */
export function toAtif(row: RolloutRow, options: AtifOptions = {}): AtifTrajectory {
  refuseUnknownOptions(options, ['assets'], 'toAtif')
  const { steps, assets, hasAudio } = stepsOf(row, options.assets ?? 'inline')
  const document = {
    schema_version: hasAudio ? 'ATIF-v1.8' : 'ATIF-v1.7',
    session_id: row.root_session_id ?? row.trace_id,
    trajectory_id: row.trace_id,
    agent: {
      name: row.source_kind,
      version: stringIn(row.source_meta, 'version', 'cli_version', 'agent_version', 'client_version') ?? 'unknown',
      model_name: defaultModel(row),
      tool_definitions: row.tools.schemas.length === 0 ? undefined : (row.tools.schemas as unknown as Written),
      extra: filled({ cwd: row.cwd ?? undefined, project_path: row.project_path ?? undefined, git_branch: row.git_branch ?? undefined }),
    },
    steps,
    final_metrics: { ...(row.usage === null ? {} : countsOf(row.usage, 'total_')), total_steps: steps.length },
    extra: { tracewright: restOf(row) },
  }
  return { json: jsonLine(document), assets }
}

/** A step that names no model is the default one's: where several answered there is none, unless each step names its own. */
function defaultModel({ models, messages, message_meta }: RolloutRow): string | undefined {
  const isNamed = messages.every(({ role }, i) => role !== 'assistant' || message_meta[i]!.model !== undefined)
  return models.length === 1 || isNamed ? models[0] : undefined
}

/** The columns that stand nowhere else in a trajectory. */
function restOf(row: RolloutRow): JsonObject {
  const rest = Object.entries(row).filter(([column, value]) => !TOLD.has(column) && value !== null)
  return Object.fromEntries(rest) as JsonObject
}

const TOLD = new Set([
  ...['trace_id', 'root_session_id', 'cwd', 'project_path', 'git_branch', 'messages', 'message_meta', 'message_count'],
  ...['tool_call_count', 'final_assistant_message', 'tools', 'usage'],
])
