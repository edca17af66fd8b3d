import type { Outcome, Row } from '../../row.ts'
import { type Conversation, conversationOf } from '../conversation/conversation.ts'
import { type NamedRules, namedRules } from '../export/export-settings.ts'
import { GitHistory } from '../outcome/git-history.ts'
import type { ExportSettings } from '../settings/export-options.ts'
import { Mistakes } from '../settings/mistakes.ts'
import { eachRow, type RunStage } from '../stage.ts'

/** How texts are weighed and tools listed. */
export type Reading = { count(text: string): number; tools: 'recorded' | 'inferred' | 'none' }

/** A conversation in characters, its tools as settings say. */
export function readingOf({ tools = 'inferred' }: ExportSettings): Reading {
  return { count: text => text.length, tools }
}

/** A stage over conversations. Rows that are none become rejects, as do those of which nothing is left. */
export function eachConversation(reading: Reading, make: (conversation: Conversation) => Iterable<Outcome>): RunStage {
  return eachRow(function* read(row: Row, number: number): Iterable<Outcome> {
    const found = conversationOf(row, number, reading)
    if ('reason' in found) yield { reject: { at: idOf(row, number), reason: found.reason } }
    else yield* make(found)
  })
}

/** The names in settings, as far as they are known without columns, and the repository. Throws all mistakes at once. */
export function rulesOf(settings: ExportSettings): NamedRules & { git: GitHistory | null } {
  const mistakes = new Mistakes()
  const rules = namedRules(settings, null, mistakes)
  const git = settings.git === undefined ? null : mistakes.try(() => new GitHistory(settings.git!))
  mistakes.refuse()
  return { ...rules, git: git! }
}

/** How rejects name a row. */
export function idOf(row: Row, number: number): string {
  return typeof row['trace_id'] === 'string' ? row['trace_id'] : `row ${number}`
}
