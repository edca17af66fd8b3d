import type { Ledger } from '../log/ledger.ts'
import type { Diagnostic } from './row.ts'

/** What of the files could not be read, as a row tells it. A torn tail is no damage: the agent may still be writing. */
export function damageDiagnostics({ damage }: Ledger): Diagnostic[] {
  return damage.map(({ file, line, reason }) => {
    const at = `${file}:${line}`
    return reason === 'torn tail'
      ? { code: 'torn_tail', at, detail: 'The last record is not complete: the file may still be written' }
      : { code: 'unparsed_record', at, detail: reason || 'unparsed' }
  })
}
