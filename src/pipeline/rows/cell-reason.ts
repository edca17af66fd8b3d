import { messageOf, TracewrightError } from '../../errors.ts'

/** Why a cell failed, in one line that does not name the column again: whoever tells of it has named it. */
export function cellReason(error: unknown, column: string): string {
  if (!(error instanceof TracewrightError) || error.where === null) return messageOf(error)
  const own = `column '${column}'`
  const { where, sentence } = error
  if (where === own || where.startsWith(`${own}, `)) return sentence.slice(own.length + 2)
  return sentence
}
