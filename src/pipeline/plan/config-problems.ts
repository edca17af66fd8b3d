import type { Problem } from '../../column/column.ts'
import { TracewrightError } from '../../errors.ts'
import { shortened } from '../../fields.ts'

/** A config with mistakes, all of them found at once. */
export class ConfigProblems extends TracewrightError {
  /** 'ConfigProblems'. */
  override readonly name: string = 'ConfigProblems'
  /** All that is wrong, in the order of the config. */
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const lines = grouped(problems)
    const more = lines.length > MOST_TOLD ? `\n  … and ${lines.length - MOST_TOLD} more` : ''
    const told = lines.slice(0, MOST_TOLD).map(line => `  - ${line}`)
    super('config', lines.length === 1 ? lines[0]! : `The config has ${lines.length} mistakes:\n${told.join('\n')}${more}`)
    this.problems = problems
  }
}

/** Nobody mends more in one round. */
const MOST_TOLD = 100

/** Problems as lines: the same one once, with the columns that have it. */
function grouped(problems: readonly Problem[]): string[] {
  const same = Map.groupBy(problems, ({ message, hint = '' }) => `${message}\n${hint}`)
  return [...same.values()].map(all => {
    const columns = [...new Set(all.flatMap(({ column }) => column ?? []))]
    return columns.length < 2
      ? sentenceOf(all[0]!)
      : `columns ${columns.map(name => `'${name}'`).join(', ')}: ${sentenceOf({ ...all[0]!, column: null })}`
  })
}

/** One problem as a line. */
export function sentenceOf({ column, message, hint }: Problem): string {
  return `${column === null ? '' : `column '${shortened(column)}': `}${message}${hint === undefined ? '' : `. ${hint}`}`
}
