import type { ColumnStatistics } from './column-statistics.ts'
import type { JudgeProfile } from './judge-profile.ts'

/** What is known of rows that were made. */
export class AnalysisFacts {
  /** Rows that were made. */
  readonly num_records: number
  /** Rows that were asked for. */
  readonly target_num_records: number
  /** The former as a share of the latter, in percent. */
  readonly percent_complete: number
  /** What each column holds: those of the config in its order, then those of the seed. */
  readonly column_statistics: ColumnStatistics[]
  /** Columns that others added besides their own, such as traces. */
  readonly side_effect_column_names: string[]
  /** What judges said, by column; null where there are none. */
  readonly column_profiles: JudgeProfile[] | null

  constructor(known: Omit<AnalysisFacts, 'percent_complete'>) {
    this.num_records = known.num_records
    this.target_num_records = known.target_num_records
    this.percent_complete = Math.min(100, (100 * known.num_records) / Math.max(1, known.target_num_records))
    this.column_statistics = known.column_statistics
    this.side_effect_column_names = known.side_effect_column_names
    this.column_profiles = known.column_profiles
  }
}
