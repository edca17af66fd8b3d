import { createHash } from 'node:crypto'
import type { RunManifest } from '../dataset/run/manifest.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type JsonObject, stringOrNull } from '../json/json.ts'
import { visible, visibleLine } from '../visible.ts'
import type { Count, FailureGroup, RunPage } from './api.ts'
import { clip } from './clip.ts'

/** Examples of a cause that are told. */
const EXAMPLES = 20

/** Rows of a cause that are named. */
const ROWS = 200

/** Where rows of a run were lost on their way, stage by stage, each loss by its cause. */
export function funnelOf(manifest: RunManifest, rejects: readonly JsonObject[]): RunPage['funnel'] {
  const unseeded = rejects.filter(reject => stringOrNull(reject['column']) === null)
  const failed = rejects.filter(reject => stringOrNull(reject['column']) !== null)
  const finished = manifest.rows + manifest.declined
  return [
    { stage: 'drawn from the seed', rows: manifest.drawn, lost: counted(unseeded, reject => String(reject['kind'] ?? 'seed')) },
    { stage: 'rows begun', rows: manifest.drawn_rows, lost: counted(failed, reject => `${String(reject['column'])}: ${kindOf(reject)}`) },
    { stage: 'rows finished', rows: finished, lost: manifest.declined > 0 ? [{ value: 'not accepted', count: manifest.declined }] : [] },
    { stage: manifest.target.accept === null ? 'rows of the dataset' : 'accepted', rows: manifest.rows, lost: [] },
  ]
}

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
