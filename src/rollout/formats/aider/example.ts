import type { FormatExample } from '../../format.ts'

/** A small history of one run, as Aider leaves it. */
export function example(_id: string, answers: readonly string[]): FormatExample {
  const turns = answers.map(answer => `\n#### Mend the kite  \n\n${answer}\n\n> Tokens: 1.2k sent, 34 received.  \n`)
  return { '.aider.chat.history.md': `\n# aider chat started at 2026-03-01 10:00:00\n\n> Aider v0.86.1  \n${turns.join('')}` }
}
