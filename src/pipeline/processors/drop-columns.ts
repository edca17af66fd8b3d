import type { Problem } from '../../column/column.ts'
import { type Fields, listAt, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import type { JsonObject } from '../../json/json.ts'
import { fnmatch } from '../../python/fnmatch.ts'
import type { Row } from '../../row.ts'
import { defineProcessor, PROCESSOR_FIELDS, type Processor, type ProcessorConfig } from './processor.ts'

/** Leaves columns out of the dataset, by name or pattern; for one column, `drop` of the column does the same. */
export class DropColumnsProcessorConfig implements ProcessorConfig {
  readonly processorType = 'drop_columns'
  readonly name: string
  /** Names, or patterns with `*`, `?` and `[…]`. */
  readonly columnNames: readonly string[]
  private readonly tests: readonly ((name: string) => boolean)[]

  constructor(options: Pick<DropColumnsProcessorConfig, 'name' | 'columnNames'>) {
    refuseUnknownOptions(options, ['name', 'column_names'], `processor '${options.name}'`)
    this.name = options.name
    this.columnNames = [...options.columnNames]
    this.tests = this.columnNames.map(name => (isPattern(name) ? fnmatch(name) : column => column === name))
  }

  get requiredColumns(): readonly string[] {
    return this.columnNames.filter(name => !isPattern(name))
  }

  problems(columns: ReadonlySet<string>): Problem[] {
    return this.columnNames
      .filter((name, i) => isPattern(name) && ![...columns].some(this.tests[i]!))
      .map(name => ({ level: 'warning', column: null, message: `processor '${this.name}': no column matches '${name}'` }))
  }

  keeps(columns: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...columns].filter(column => !this.drops(column)))
  }

  open(): Processor {
    return row => ({ row: Object.fromEntries(Object.entries(row).filter(([column]) => !this.drops(column))), artifact: null })
  }

  toJSON(): JsonObject {
    return { name: this.name, column_names: [...this.columnNames], processor_type: this.processorType }
  }

  private drops(column: string): boolean {
    return this.tests.some(test => test(column))
  }
}

function isPattern(name: string): boolean {
  return /[*?[]/.test(name)
}

const FIELDS: Fields = {
  ...PROCESSOR_FIELDS,
  column_names: ['list of texts', '', 'names, or patterns such as `*_meta`'],
}

export const dropColumns = defineProcessor({
  name: 'drop_columns',
  description: 'Leaves columns out of the dataset, by name or pattern',
  fields: FIELDS,
  fromJSON: config => {
    const name = requiredStringAt(config, 'name', 'a processor')
    const where = `processor '${name}'`
    refuseUnknownKeys(config, FIELDS, where)
    const columnNames = listAt(config, 'column_names', where) ?? []
    const strange = columnNames.find(column => typeof column !== 'string')
    if (columnNames.length === 0 || strange !== undefined)
      refuse(`column_names: found ${writeJson(strange ?? null)}, expected names or patterns`, where)
    return new DropColumnsProcessorConfig({ name, columnNames: columnNames.filter(column => typeof column === 'string') })
  },
  example: { needs: { column_names: ['messages', 'source_*'] }, row: { id: 1, messages: ['Mend the kite'], source_path: 'a.jsonl' } },
})

/** A row without some of its columns. */
export function withoutColumns(row: Row, dropped: readonly string[]): Row {
  return dropped.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => !dropped.includes(name)))
}
