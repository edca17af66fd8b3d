import { NumberTable } from '../../disk/number-table.ts'
import { CaughtFile } from '../../redact/caught-file.ts'
import type { RedactionMemory } from '../../redact/redaction-memory.ts'
import type { Scratch } from '../scratch/scratch.ts'

/** What redaction keeps of all rows, where what does not fit into memory lies. */
export function memoryOnDisk(scratch: Scratch): RedactionMemory {
  const caught = new CaughtFile(scratch.path('caught'), scratch.numbers())
  const numbers = new NumberTable(() => scratch.numbers())
  return {
    caught,
    numbers,
    [Symbol.dispose]: () => {
      caught[Symbol.dispose]()
      numbers[Symbol.dispose]()
    },
  }
}
