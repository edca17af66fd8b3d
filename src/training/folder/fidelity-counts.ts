import { isObject, type JsonObject } from '../../json/json.ts'
import type { Row } from '../../row.ts'

/** Count what the log of a row left out. */
export function countFidelity(row: Row, counts: { [finding: string]: number }): void {
  const add = (finding: string) => {
    counts[finding] = (counts[finding] ?? 0) + 1
  }
  const fidelity: JsonObject = isObject(row['fidelity'] ?? null) ? (row['fidelity'] as JsonObject) : {}
  const { reasoning } = fidelity
  add(['full', 'partial', 'summary', 'none'].includes(String(reasoning)) ? `reasoning: ${String(reasoning)}` : 'reasoning: unknown')
  if (Number(fidelity['redacted_reasoning']) > 0) add('reasoning that the provider withheld')
  if (Number(fidelity['truncated_results']) > 0) add('results that the agent cut short')
  if (fidelity['missing_history'] === true) add('history that is missing')
}
