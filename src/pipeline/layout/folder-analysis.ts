import { existsSync } from 'node:fs'
import type { ColumnConfig } from '../../column/column.ts'
import { columnFromJSON } from '../../column/from-json.ts'
import type { RunFolder } from '../../dataset/run/folder.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import { RowAnalysis } from '../analysis/dataset-analysis.ts'

/** Statistics of a run's columns as Data Designer writes them into its metadata, of the run's config alone: functions it names need not be there. */
export class FolderAnalysis {
  private readonly types: ReadonlyMap<string, string>
  private readonly hasSeed: boolean
  private readonly rows: RowAnalysis

  constructor(config: JsonObject, asDataDesigner: boolean) {
    const body = isObject(config['data_designer']) ? config['data_designer'] : config
    const columns = Array.isArray(body['columns']) ? body['columns'].filter(isObject) : []
    this.types = new Map(columns.map(({ name, column_type }) => [String(name), String(column_type)]))
    this.hasSeed = isObject(body['seed_config'])
    this.rows = new RowAnalysis({ columns: columns.flatMap(readable), seedColumns: [], asDataDesigner })
  }

  /** See another row. */
  add(row: Row): void {
    this.rows.add(row)
  }

  /** What was seen, with the tokens that the run's bill has. */
  statistics({ rows }: RunManifest, { usage }: RunFolder): Json {
    const bill = existsSync(usage) ? parseJson(readText(usage)) : undefined
    const lines = isObject(bill) && isObject(bill['columns']) ? bill['columns'] : {}
    const analysis = this.rows.finish(rows, column => {
      const line = Object.hasOwn(lines, column) ? lines[column] : null
      if (!isObject(line) || rows === 0) return {}
      return { input_tokens_mean: Number(line['input_tokens']) / rows, output_tokens_mean: Number(line['output_tokens']) / rows }
    })
    return analysis.column_statistics.flatMap(({ types, column_type, ...statistics }): Json[] => {
      const type = this.types.get(statistics.column_name) ?? (this.hasSeed ? 'seed-dataset' : column_type)
      return [{ ...(statistics as unknown as JsonObject), column_type: type }]
    })
  }
}

/** A column, where its config can be read without what code brought along. */
function readable(config: JsonObject): ColumnConfig[] {
  try {
    return [columnFromJSON(config)]
  } catch (error) {
    if (error instanceof TracewrightError) return []
    throw error
  }
}
