import { defineDialect } from '../dialect.ts'
import { pairColumns, pairRow } from './pair-form.ts'

export const trlDpo = defineDialect({
  name: 'trl-dpo',
  description: 'TRL’s DPOTrainer: prompt, chosen, rejected',
  takes: ['pairs'],
  masks: 'message',
  codecs: ['jsonl', 'parquet'],
  columns: pairColumns,
  rows: (example, { isParquet }) => [pairRow(example, isParquet)],
})
