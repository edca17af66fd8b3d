import { TracewrightError } from './errors.ts'

/** What is wrong with a cell and ends the run, where Data Designer, which computes such columns for all rows at once, is followed. */
export class RunEnding extends TracewrightError {
  /** 'RunEnding'. */
  override readonly name: string = 'RunEnding'
}
