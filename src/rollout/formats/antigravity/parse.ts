import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries } from '../../log/entries.ts'
import { isStep } from './entry.ts'
import { standing } from './paths.ts'
import { Teller } from './tell.ts'

/** Turn a transcript into its row. */
export async function* parse({ files }: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = files[0]!
  const entries = await readEntries(job, file, { isRecord: isStep })
  // A file asked for alone is read whatever it is.
  if (!entries.some(({ record }) => isStep(record))) {
    for (const { place } of entries) job.ledger.settle(place, 'noise', 'not a step of Antigravity')
    return
  }
  const { steps, again, unsent } = standing(entries, job.options.context === 'as_sent')
  for (const { place } of again) job.ledger.settle(place, 'metadata', 'written again when it was done')
  for (const { place } of unsent) job.ledger.settle(place, 'metadata', 'before the last compaction')
  const dialogue = new ChatDialogue(job.ledger, file, 'human')
  const teller = new Teller(dialogue, job.ledger)
  for (const step of steps) teller.tell(step)
  const said = dialogue.finish()
  const id = idOf(file)
  yield {
    row: assembleRow(
      {
        trace_id: id,
        source_kind: 'antigravity',
        source_path: job.source.absolute(file),
        source_meta: { conversation_id: id },
        outcome: outcomeOfEnd(said, teller.ending),
        fidelity: { truncated_results: teller.truncated },
      },
      said,
    ),
  }
}

/** A conversation's id is the name of its folder; of a transcript that lies elsewhere its own. */
function idOf(file: string): string {
  return /(?:^|\/)([^/]+)\/\.system_generated\/logs\/[^/]+$/.exec(file)?.[1] ?? file.replace(/\.jsonl$/, '')
}
