import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redaction } from '../../redact/redaction.ts'
import { conversationOf } from '../conversation/conversation.ts'
import { curated, curationRules } from '../curate/curated.ts'
import { splitNamed } from '../curate/split.ts'
import { Scratch } from '../scratch/scratch.ts'
import type { ExportSettings } from '../settings/export-options.ts'
import type { RunStage } from '../stage.ts'
import { idOf, readingOf, rulesOf } from './read-row.ts'

/** A stage that looks at all rows before it gives the first: they are kept in a file between. */
export function overAll(settings: ExportSettings, redactionFor: (scratch: Scratch) => Redaction | null = () => null): RunStage {
  const { filter, git } = rulesOf(settings)
  const split = splitNamed(settings.split)
  const reading = readingOf(settings)
  return async function* run(rows) {
    const folder = mkdtempSync(join(tmpdir(), 'tracewright-stage-'))
    try {
      const options = { ...settings, output: folder }
      const scratch = new Scratch(join(folder, 'sets'))
      const rules = await curationRules(options, { split, isTwice: true, scratch })
      const read = (row: Parameters<typeof conversationOf>[0], number: number) => conversationOf(row, number, reading)
      using stages = await curated(rows, options, { rules, scratch, split, redaction: redactionFor(scratch), git, read, filter })
      let number = 0
      for await (const { outcome, dropped, split: place } of stages.rows()) {
        number++
        const found = 'reject' in outcome ? null : read(outcome.row, number)
        if ('reject' in outcome) yield outcome
        else if (found !== null && 'reason' in found) yield { reject: { at: idOf(outcome.row, number), reason: found.reason } }
        else if (dropped !== null) yield { reject: { at: idOf(outcome.row, number), reason: dropped } }
        else yield { row: place === null ? outcome.row : { ...outcome.row, split: place } }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
