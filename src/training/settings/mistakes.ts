import { TracewrightError } from '../../errors.ts'

/** Gathers what is wrong with an export, so that a person hears of all of it at once. */
export class Mistakes {
  /** What was found so far. */
  readonly found: TracewrightError[] = []

  /** What `make` gives; undefined where it throws, which is noted. */
  try<T>(make: () => T): T | undefined {
    try {
      return make()
    } catch (error) {
      this.note(error)
      return undefined
    }
  }

  /** As `try`, for what takes its time. */
  async wait<T>(make: () => Promise<T>): Promise<T | undefined> {
    try {
      return await make()
    } catch (error) {
      this.note(error)
      return undefined
    }
  }

  /** Throws where there is any: one as it is, several as a list. */
  refuse(): void {
    const different = [...new Map(this.found.map(error => [error.sentence, error])).values()]
    if (different.length === 0) return
    if (different.length === 1) throw different[0]!
    throw new SeveralMistakes(different)
  }

  private note(error: unknown): void {
    if (!(error instanceof TracewrightError) || error.kind === 'defect') throw error
    this.found.push(...(error instanceof SeveralMistakes ? error.mistakes : [error]))
  }
}

class SeveralMistakes extends TracewrightError {
  readonly mistakes: readonly TracewrightError[]

  constructor(mistakes: readonly TracewrightError[]) {
    const lines = mistakes.map(({ sentence }) => sentence)
    super('usage', `The export has ${lines.length} mistakes:\n${lines.map(line => `  - ${line}`).join('\n')}`, { cause: mistakes[0] })
    this.mistakes = mistakes
  }
}
