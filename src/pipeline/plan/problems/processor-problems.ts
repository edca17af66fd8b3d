import type { ColumnConfig, Problem, TemplateMode } from '../../../column/column.ts'
import type { Compat } from '../../../compat.ts'
import type { ProcessorConfig } from '../../processors/processor.ts'
import { KnownNames } from './known-names.ts'

/** What is wrong with processors: columns that are not there, or not any more; templates that cannot be parsed; nothing left to keep. */
export function processorProblems(
  processors: readonly ProcessorConfig[],
  columns: readonly ColumnConfig[],
  known: ReadonlySet<string>,
  { profile, compat }: { profile: TemplateMode['profile'] | undefined; compat: Compat | null },
): Problem[] {
  const problems: Problem[] = []
  const droppedBy = new Map<string, string>()
  const names = new KnownNames(known)
  let left = known
  for (const processor of processors) {
    if (!namesFolder(processor.name)) problems.push(noFolder(processor.name))
    problems.push(...processor.problems(left, profile))
    for (const name of processor.requiredColumns) if (!left.has(name)) problems.push(missing(processor.name, name, names, droppedBy))
    const kept = processor.keeps(left)
    for (const name of left) if (!kept.has(name)) droppedBy.set(name, processor.name)
    left = kept
  }
  const dropped = new Set([...columns.filter(column => column.drop).map(({ name }) => name), ...droppedBy.keys()])
  const made = columns.map(({ name }) => name)
  // Where nothing is said about seed columns, a config that keeps no column of its own has no purpose.
  const purposes = processors.length === 0 ? made : [...known]
  if ((made.length > 0 || compat !== null) && purposes.every(name => dropped.has(name)))
    problems.push({ level: 'error', column: null, message: 'All columns are dropped', hint: 'Keep at least one' })
  return problems
}

/** Whether what a processor makes can stand in a folder of its name, as it is written there. */
function namesFolder(name: string): boolean {
  return !['', '.', '..'].includes(name) && encodeURIComponent(name).length <= LONGEST_NAME
}

/** Bytes of a name that every usual file system takes. */
const LONGEST_NAME = 255

function noFolder(name: string): Problem {
  const message = `processor '${name.slice(0, 40)}': found a name that no folder can have, expected one that can`
  return { level: 'error', column: null, message, hint: 'Give it a shorter one, or one of letters' }
}

function missing(processor: string, name: string, known: KnownNames, droppedBy: ReadonlyMap<string, string>): Problem {
  const earlier = droppedBy.get(name)
  if (earlier !== undefined) {
    const message = `processor '${processor}' reads '${name}', which processor '${earlier}' drops before it`
    return { level: 'error', column: null, message, hint: `Put '${processor}' first` }
  }
  const message = `processor '${processor}' reads '${name}', which is neither a column nor in the seed`
  return { level: 'error', column: null, message, hint: known.hintFor(name, 'There are: none') }
}
