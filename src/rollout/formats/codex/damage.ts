import type { Diagnostic } from '../../conversation/row.ts'
import type { Ledger } from '../../log/ledger.ts'

/** What of the files could not be read, as a row tells it. A torn tail is no damage: the agent may still be writing. */
export function damageIn(ledger: Ledger): Diagnostic[] {
  return ledger.summary([]).damage.map(line => {
    const [, at, reason] = /^(.*?:\d+)(?: @\d+)?: (.*)$/.exec(line) ?? [null, line, 'unparsed']
    if (reason !== 'torn tail') return { code: 'unparsed_record', at: at!, detail: reason! }
    return { code: 'torn_tail', at: at!, detail: 'The last record is not complete: the file may still be written' }
  })
}
