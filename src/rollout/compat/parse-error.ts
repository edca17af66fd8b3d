import { TracewrightError } from '../../errors.ts'

/** The reference's reader cannot parse a file and skips it whole. */
export class DataDesignerParseError extends Error {
  override readonly name = 'DataDesignerParseError'
}

/** What the reference does not survive: an error of Python's own, which ends its run. Ours ends with the same words. */
export function endOfRun(message: string, file: string): TracewrightError {
  return new TracewrightError('rollout', message, {
    where: file,
    hint: 'Data Designer stops at this file too; it can be read without compat',
  })
}
