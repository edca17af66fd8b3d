import { createHash } from 'node:crypto'
import type { RunManifest } from '../dataset/run/manifest.ts'
import type { RunPulse } from '../dataset/run/run-life.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../json/json.ts'
import { visible, visibleLine } from '../visible.ts'
import type { Count, FailureGroup, RunPage } from './api.ts'
import { clip } from './clip.ts'

/** Where rows of a run were lost on their way, stage by stage, each loss by its cause. Where it goes on, `pulse` is ahead of its manifest. */
export function funnelOf(manifest: RunManifest, rejects: readonly JsonObject[], pulse: RunPulse | null = null): RunPage['funnel'] {
  const unseeded = rejects.filter(reject => stringOrNull(reject['column']) === null)
  const failed = rejects.filter(reject => stringOrNull(reject['column']) !== null)
  const rows = Math.max(manifest.rows, pulse?.rows ?? 0)
  const declined = Math.max(manifest.declined, pulse?.declined ?? 0)
  const begun = Math.max(manifest.drawn_rows, rows + declined + failed.length)
  const unread = counted(unseeded, reject => String(reject['kind'] ?? 'seed'))
  const lost = counted(failed, reject => `${String(reject['column'])}: ${kindOf(reject)}`)
  return [
    // What was drawn for rows that are in no part yet nobody has counted: one that was drawn can become many.
    ...(begun === manifest.drawn_rows ? [{ stage: 'drawn from the seed', rows: manifest.drawn, lost: unread }] : []),
    { stage: 'rows begun', rows: begun, lost: begun === manifest.drawn_rows ? lost : [...unread, ...lost] },
    { stage: 'rows finished', rows: rows + declined, lost: declined > 0 ? [{ value: 'not accepted', count: declined }] : [] },
    { stage: manifest.target.accept === null ? 'rows of the dataset' : 'accepted', rows, lost: [] },
  ]
}

/** Examples of a cause that are told. */
const EXAMPLES = 20

/** Rows of a cause that are named. */
const ROWS = 200

/** Failures by column, kind and reason; what differs from row to row in a reason does not make another. */
export function failureGroups(rejects: readonly JsonObject[]): FailureGroup[] {
  const groups = Map.groupBy(rejects, reject => JSON.stringify([reject['column'] ?? null, kindOf(reject), alike(reasonOf(reject))]))
  return [...groups]
    .map(([key, same]) => {
      const column = stringOrNull(same[0]!['column'])
      return {
        id: createHash('sha1').update(key).digest('base64url').slice(0, 10),
        column: column === null ? null : visibleLine(column),
        kind: kindOf(same[0]!),
        reason: visible(reasonOf(same[0]!)),
        count: same.length,
        rows: same
          .filter(isRow)
          .slice(0, ROWS)
          .map(reject => ({
            row: String(reject['row']),
            reason: visible(reasonOf(reject)),
            asked: isObject(reject['asked']),
          })),
        examples: same
          .filter(reject => !isRow(reject) || !isObject(reject['asked']))
          .slice(0, EXAMPLES)
          .map(reject => clip(writeJson(reject, 2))),
      }
    })
    .sort((a, b) => b.count - a.count)
}

function isRow(reject: JsonObject): boolean {
  return typeof reject['row'] === 'string' && stringOrNull(reject['column']) !== null
}

/** Kind of a failure, for people. */
export function kindOf(reject: JsonObject): string {
  return visibleLine(stringOrNull(reject['failure']) ?? stringOrNull(reject['kind']) ?? 'unknown')
}

/** Why, in words. */
export function reasonOf(reject: JsonObject): string {
  return stringOrNull(reject['reason']) ?? 'no reason was written'
}

/** A reason without numbers and quotations. */
function alike(reason: string): string {
  return reason
    .slice(0, 1000)
    .replace(/'[^']*'|"[^"]*"|“[^”]*”/g, '…')
    .replace(/\d+/g, '#')
}

function counted(rejects: readonly JsonObject[], name: (reject: JsonObject) => string): Count[] {
  return [...Map.groupBy(rejects, name)]
    .map(([value, same]) => ({ value: visibleLine(value), count: same.length }))
    .sort((a, b) => b.count - a.count)
}
