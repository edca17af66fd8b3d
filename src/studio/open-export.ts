import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { closing } from '../closing.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { readText } from '../disk/read-file.ts'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type JsonObject, parseJson, stringOrNull } from '../json/json.ts'
import { diffExports } from '../training/diff.ts'
import { visibleLine } from '../visible.ts'
import { notFound } from './answer.ts'
import type { ExportChanges, ExportPage, ExportRow, ExportRows } from './api.ts'
import { clip } from './clip.ts'
import type { FoundSource } from './sources.ts'
import { trainedMessages, trainedTokens } from './trained-words.ts'

/** What an export is: its report, and the files of its data. */
export async function exportPage({ path }: FoundSource): Promise<ExportPage> {
  const files: ExportPage['files'] = []
  for (const name of dataFiles(path)) {
    const rows = await openRowFiles([join(path, 'data', name)])
    files.push({ name: visibleLine(name), split: splitOf(name), rows: rows.size, bytes: statSync(join(path, 'data', name)).size })
    rows.close()
  }
  return { report: reportIn(path), files }
}

/** Some rows of a split, or of all. */
export async function exportRows({ path }: FoundSource, split: string | null, offset: number, limit: number): Promise<ExportRows> {
  const names = dataFiles(path).filter(name => split === null || splitOf(name) === split)
  if (names.length === 0) throw notFound('such split')
  const rows = await openRowFiles(names.map(name => join(path, 'data', name)))
  const manifests = [...new Set(names.map(splitOf))].map(name => join(path, 'manifest', `${name}.jsonl`))
  const manifest = manifests.every(file => existsSync(file)) ? await openRowFiles(manifests) : null
  using _manifest = closing(manifest)
  using _rows = closing(rows)
  const some: ExportRow[] = []
  for (let i = offset; i < Math.min(rows.size, offset + limit); i++) {
    const row = await rows.read(i)
    const line = manifest !== null && manifest.size === rows.size ? await manifest.read(i) : null
    const id = stringOrNull(line?.['trace_id'])
    some.push({
      json: clip(writeJson(row, 2), { lines: 60, characters: 6000 }),
      trace_id: id === null ? null : visibleLine(id),
      messages: trainedMessages(row, line),
      tokens: trainedTokens(row, line),
    })
  }
  return { total: rows.size, offset, rows: some }
}

/** What became of the rows of an earlier export in this one, as `tracewright diff` tells it. */
export async function exportChanges(before: FoundSource, after: FoundSource): Promise<ExportChanges> {
  const found = await diffExports(before.path, after.path)
  const causes = (['added', 'removed', 'changed'] as const).flatMap(change =>
    Object.entries(found[change])
      .sort(([, a], [, b]) => b - a)
      .map(([cause, rows]) => ({ change, cause: visibleLine(cause), rows })),
  )
  const rows = found.rows.map(row => ({ ...row, trace_id: visibleLine(row.trace_id), cause: visibleLine(row.cause) }))
  return { same: found.same, causes, rows }
}

function dataFiles(path: string): string[] {
  return readdirSync(join(path, 'data'))
    .filter(name => /^[\w-]+-\d{5}-of-\d{5}\.(?:jsonl|parquet)$/.test(name))
    .sort()
}

function splitOf(name: string): string {
  return name.replace(/-\d{5}-of-\d{5}\.\w+$/, '')
}

function reportIn(path: string): JsonObject {
  const report = parseJson(readText(join(path, 'export.json')))
  if (!isObject(report))
    throw new TracewrightError('file', 'Cannot show the export: its export.json is no JSON object', { where: join(path, 'export.json') })
  return report
}
