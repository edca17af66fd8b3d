import { TracewrightError } from '../errors.ts'
import type { Outcome } from '../row.ts'
import { osErrorText } from './compat/os-error.ts'
import { DataDesignerParseError } from './compat/parse-error.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { UnitRef } from './find.ts'
import { Ledger } from './log/ledger.ts'
import type { UnitResult } from './unit-result.ts'

/**
 * One file as the reference reads it: all of it or nothing. The ledger counts the file as one record, and one more for each warning.
 * Throws where the reference's run ends.
 */
export async function readAsDataDesigner({ format, source, unit }: UnitRef, recursive: boolean): Promise<UnitResult> {
  const ledger = new Ledger(unit)
  const file = source.absolute(unit.key)
  const warnings: string[] = []
  const place = ledger.read(unit.key, 1)
  let outcomes: Outcome<RolloutRow>[]
  try {
    const rows = await format.dataDesigner!.parse({ source, path: unit.key, recursive, warn: text => warnings.push(text) })
    outcomes = rows.map(row => ({ row }))
    ledger.settle(place, rows.length > 0 ? 'emitted' : 'noise', rows.length > 0 ? '' : 'empty file')
    if (rows.length === 0) outcomes = [{ reject: { at: unit.key, reason: warnings.pop() ?? 'Empty file' } }]
  } catch (error) {
    if (!(error instanceof DataDesignerParseError)) throw failedRead(error, file)
    outcomes = [{ reject: { at: unit.key, reason: `Skipping malformed file ${unit.key}: ${error.message}` } }]
    ledger.settle(place, 'unparsed', 'malformed file')
  }
  // Without the path equal warnings of many files are one reason.
  for (const warning of warnings) ledger.settle(ledger.read(unit.key, 1), 'noise', warning.replace(` in ${file}`, ''))
  const traceIds = outcomes.flatMap(outcome => ('row' in outcome ? outcome.row.trace_id : []))
  return { outcomes, ledger: ledger.summary(traceIds), fates: [], failed: false }
}

function failedRead(error: unknown, file: string): unknown {
  const text = osErrorText(error, file)
  return text === null ? error : new TracewrightError('file', `Failed to read agent rollout file ${file}: ${text}`, { cause: error })
}
