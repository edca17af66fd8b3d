import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the lines of an export's rejects say was lost: tokens by reason, without reasons that cost none. */
export function lossesIn(folder: string): { [reason: string]: number } {
  const losses: { [reason: string]: number } = {}
  for (const { reason, tokens = 0 } of rejectsIn(folder)) if (tokens > 0) losses[reason] = (losses[reason] ?? 0) + tokens
  return losses
}

/** The lines of an export's rejects. */
export function rejectsIn(folder: string): { at: string; reason: string; tokens?: number; place?: string; detail?: string }[] {
  const text = readFileSync(join(folder, 'rejects.jsonl'), 'utf8').trim()
  return text === '' ? [] : text.split('\n').map(line => JSON.parse(line) as ReturnType<typeof rejectsIn>[number])
}
