import { createHash } from 'node:crypto'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readRuns, type Section } from './read.ts'
import { STARTED } from './sniff.ts'
import { Teller } from './tell.ts'

/** Turn a history into its rows: one for each run in which something was said. */
export async function* parse({ files }: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = files[0]!
  const taken = new Map<string, number>()
  for await (const run of readRuns(job, file)) {
    // A file asked for alone is read whatever it is: text without a mark is no history.
    if (run.every(({ is }) => is === 'response')) {
      for (const { place } of run) job.ledger.settle(place, 'noise', 'not a history of Aider')
      continue
    }
    const dialogue = new ChatDialogue(job.ledger, file, 'human')
    const teller = new Teller(dialogue, job.ledger)
    teller.tell(run)
    const said = dialogue.finish()
    if (said.messages.length === 0) continue
    const id = idOf(run)
    const count = (taken.get(id) ?? 0) + 1
    taken.set(id, count)
    const started = startOf(run)
    yield {
      row: assembleRow(
        {
          trace_id: count === 1 ? id : `${id}~${count}`,
          source_kind: 'aider',
          source_path: job.source.absolute(file),
          project_path: job.source.absolute(file).split(/[\\/]/).slice(0, -1).join('/'),
          timestamps: started === null ? [] : [started],
          models: [...teller.models],
          source_meta: { ...teller.meta, ...(started === null ? {} : { timezone_unknown: true }) },
          outcome: outcomeOfEnd(said, teller.ending),
        },
        said,
      ),
    }
  }
}

/** A run has no id: it is known by when it began, and by what was typed first. */
function idOf(run: readonly Section[]): string {
  const first = [startOf(run) ?? '', run.find(({ is }) => is === 'prompt')?.text ?? '']
  return `aider-${createHash('sha256').update(JSON.stringify(first)).digest('hex').slice(0, 16)}`
}

function startOf([first]: readonly Section[]): string | null {
  const started = first?.is === 'start' ? STARTED.exec(first.text) : null
  return started === null ? null : `${started[1]}T${started[2]}`
}
