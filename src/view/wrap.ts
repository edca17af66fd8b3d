import wrapAnsi from 'wrap-ansi'

/** Break text into lines of at most `width` columns, at spaces where there are any; line breaks of the text are kept. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text.replaceAll('\t', '  '), width, { hard: true, trim: false }).split('\n')
}

/** The first lines of a long text and a word on how much is left out; a limit of 0 leaves nothing out. */
export function fold(lines: string[], limit: number): string[] {
  if (limit === 0 || lines.length <= limit) return lines
  return [...lines.slice(0, limit - 1), `… ${lines.length - limit + 1} more lines`]
}
