/** Whose behaviour is followed to the letter: Data Designer's of today (0.9), or that of the version its page was written for. */
export type Compat = 'data_designer' | 'data_designer@0.5.7'

/** Whether the version is followed that the page was written for. */
export function isVersion057(compat: Compat | null | undefined): boolean {
  return compat === 'data_designer@0.5.7'
}

/** All of them, for command lines and checks. */
export const COMPATS: readonly Compat[] = ['data_designer', 'data_designer@0.5.7']
