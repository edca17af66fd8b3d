import type { ColumnConfig } from '../../column/column.ts'
import { SamplerColumnConfig } from '../../column/sampler.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import type { Row } from '../../row.ts'
import { AnalysisFacts } from './analysis-facts.ts'
import { analysisHTML, analysisText, type ReportOptions, writeReport } from './analysis-report.ts'
import { ColumnCount, type ColumnStatistics, type TokenStatistics } from './column-statistics.ts'
import { SampledValues } from './distribution.ts'
import { JudgeCount } from './judge-profile.ts'

/** What is known of rows that were made, and how it is shown. */
export class DatasetAnalysis extends AnalysisFacts {
  /** Column types that occur, in the order of the statistics. */
  get columnTypes(): string[] {
    return [...new Set(this.column_statistics.map(({ column_type }) => column_type))]
  }

  /** Statistics of the columns of a type. */
  getColumnStatisticsByType(columnType: string): ColumnStatistics[] {
    return this.column_statistics.filter(({ column_type }) => column_type === columnType)
  }

  /** Print a report, or write it to a file that ends in .html, .txt or .json. */
  toReport(options: ReportOptions = {}): void {
    writeReport(this, options)
  }

  /** The report as text of so many columns. */
  reportText(options: Pick<ReportOptions, 'includeSections' | 'width'> = {}): string {
    refuseUnknownOptions(options, ['includeSections', 'width'], 'reportText')
    return analysisText(this, options)
  }

  /** The report as HTML, for notebooks. */
  reportHTML(options: Pick<ReportOptions, 'includeSections'> = {}): string {
    refuseUnknownOptions(options, ['includeSections'], 'reportHTML')
    return analysisHTML(this, options)
  }

  /** All of it, as JSON has it. */
  toJSON(): object {
    return { ...this }
  }
}

/** Looks at rows as they go by. */
export class RowAnalysis {
  private readonly configs: ReadonlyMap<string, ColumnConfig>
  private readonly counts = new Map<string, ColumnCount>()
  private readonly judges = new Map<string, JudgeCount>()
  private readonly seedColumns: ReadonlySet<string>
  private readonly order: readonly ColumnConfig[]
  private readonly nanIsNull: boolean
  private rows = 0

  constructor(of: { columns: readonly ColumnConfig[]; seedColumns: readonly string[]; asDataDesigner: boolean }) {
    this.order = of.columns
    this.configs = new Map(of.columns.map(column => [column.name, column]))
    this.seedColumns = new Set(of.seedColumns)
    this.nanIsNull = !of.asDataDesigner
  }

  /** See another row. */
  add(row: Row): void {
    this.rows++
    for (const [name, value] of Object.entries(row)) {
      let count = this.counts.get(name)
      if (count === undefined) this.counts.set(name, (count = this.countOf(name)))
      count.add(value)
      this.judges.get(name)?.add(value)
    }
  }

  /** What was seen. `tokensOf`: what a column's model read and wrote, where that is known. */
  finish(target: number, tokensOf: (column: string) => Partial<TokenStatistics>): DatasetAnalysis {
    const sideEffects = new Set(this.order.flatMap(({ sideEffectColumns }) => sideEffectColumns))
    const generated = this.order.map(({ name }) => name)
    const names = [...generated.filter(name => this.counts.has(name)), ...[...this.counts.keys()].filter(name => !this.configs.has(name))]
    const profiles = [...this.judges].map(([name, count]) => count.profile(name))
    return new DatasetAnalysis({
      num_records: this.rows,
      target_num_records: target,
      column_statistics: names
        .filter(name => !sideEffects.has(name))
        .map(column_name => {
          const config = this.configs.get(column_name)
          return {
            column_name,
            ...this.counts.get(column_name)!.statistics(this.nanIsNull),
            column_type: config?.columnType ?? (this.seedColumns.has(column_name) ? 'seed-dataset' : 'general'),
            ...(config !== undefined && config.modelAliases.length > 0 ? { ...NO_TOKENS, ...tokensOf(column_name) } : {}),
          }
        }),
      side_effect_column_names: [...sideEffects].filter(name => this.counts.has(name)),
      column_profiles: profiles.length === 0 ? null : profiles,
    })
  }

  private countOf(name: string): ColumnCount {
    const config = this.configs.get(name)
    if (config?.columnType === 'llm-judge') this.judges.set(name, new JudgeCount())
    const sampled = config instanceof SamplerColumnConfig ? new SampledValues(config.sampler) : null
    return new ColumnCount({ sampled, isValidation: config?.columnType === 'validation' })
  }
}

const NO_TOKENS: TokenStatistics = {
  output_tokens_mean: '--',
  output_tokens_median: '--',
  output_tokens_stddev: '--',
  input_tokens_mean: '--',
  input_tokens_median: '--',
  input_tokens_stddev: '--',
}
