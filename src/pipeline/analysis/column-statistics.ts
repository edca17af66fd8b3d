import { hash } from 'node:crypto'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json } from '../../json/json.ts'
import { Float } from '../../json/number.ts'
import { DataType } from './data-type.ts'
import { distributionOf, type SampledValues, type SamplerDistribution } from './distribution.ts'

/** What is known of a column. */
export type ColumnStatistics = {
  /** Name of the column. */
  column_name: string
  /** Rows it was counted over. */
  num_records: number
  /** Rows where it is null. */
  num_null: number
  /** Values that differ. */
  num_unique: number
  /** JSON types that occur: string, number, boolean, array, object. */
  types: string[]
  /** Its type as Arrow names it. */
  pyarrow_dtype: string
  /** The same in a word: string, int, float, bool, dict, list[int]. */
  simple_dtype: string
  /** Type of the column in the config; 'seed-dataset' for those of the seed. */
  column_type: string
  /** Of validations: rows that are valid. */
  num_valid_records?: number
  /** Of samplers: which one. */
  sampler_type?: string
  /** Of samplers: what kind of values they draw. */
  distribution_type?: 'categorical' | 'numerical' | 'other' | 'unknown'
  /** Of samplers: how the values are spread; null where that says nothing. */
  distribution?: SamplerDistribution | null
} & Partial<TokenStatistics>

/** Of columns that ask a model: tokens of a record, as the server counted them; '--' where it did not, or where they are not kept. */
export type TokenStatistics = {
  /** Mean of what was read of a record. */
  input_tokens_mean: number | '--'
  /** Its median. */
  input_tokens_median: number | '--'
  /** Its standard deviation. */
  input_tokens_stddev: number | '--'
  /** Mean of what was written for a record. */
  output_tokens_mean: number | '--'
  /** Its median. */
  output_tokens_median: number | '--'
  /** Its standard deviation. */
  output_tokens_stddev: number | '--'
}

/** Values of one column, counted as they go by; of values only 48 bits are held, so that of a million distinct ones a few may count as equal. */
export class ColumnCount {
  private readonly sampled: SampledValues | null
  private readonly isValidation: boolean
  private readonly values = new Set<number>()
  private readonly types = new Set<string>()
  private readonly dataType = new DataType()
  private records = 0
  private nulls = 0
  private valid = 0
  private areNumbers = true

  /** `sampled`: where the values of a sampler are put, to tell how they are spread. */
  constructor(of: { sampled: SampledValues | null; isValidation: boolean }) {
    this.sampled = of.sampled
    this.isValidation = of.isValidation
  }

  /** See the value of another row. */
  add(value: Json): void {
    this.records++
    if (value === null) {
      this.nulls++
      return
    }
    this.dataType.add(value)
    const type = typeOf(value)
    this.types.add(type)
    if (type !== 'number') this.areNumbers = false
    this.values.add(hash('sha1', writeJson(value), 'buffer').readUIntBE(0, 6))
    if (this.isValidation && isObject(value) && value['is_valid'] === true) this.valid++
    this.sampled?.add(value)
  }

  /** What was counted. `nanIsNull`: whether gaps between numbers are nulls; Data Designer has `nan` there, which is none. */
  statistics(nanIsNull: boolean) {
    const hasNan = !nanIsNull && this.areNumbers && this.nulls > 0
    return {
      num_records: this.records,
      num_null: hasNan ? 0 : this.nulls,
      num_unique: this.values.size + (hasNan ? 1 : 0),
      types: [...this.types].sort(),
      pyarrow_dtype: this.dataType.arrow,
      simple_dtype: this.dataType.simple,
      ...(this.isValidation ? { num_valid_records: this.valid } : {}),
      ...(this.sampled === null ? {} : distributionOf(this.sampled)),
    }
  }
}

function typeOf(value: Exclude<Json, null>): string {
  if (typeof value === 'bigint' || (value as unknown) instanceof Float) return 'number'
  return Array.isArray(value) ? 'array' : typeof value
}
