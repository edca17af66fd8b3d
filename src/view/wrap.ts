import wrapAnsi from 'wrap-ansi'

/** Break text into lines of at most `width` columns, at spaces where there are any; line breaks of the text are kept. */
export function wrap(text: string, width: number): string[] {
  return text
    .replaceAll('\t', '  ')
    .split('\n')
    .flatMap(line => {
      const [first = '', ...rest] = wrapAnsi(line, width, { hard: true, trim: false }).split('\n')
      // The space at which a line was broken may stand at the beginning of the next.
      return [first, ...rest.map(part => part.replace(/^((?:\x1b\[[\d;]*m)*) (?=\S)/, '$1'))]
    })
}

/** The first lines of a long text and a word on how much is left out; a limit of 0 leaves nothing out. */
export function fold(lines: string[], limit: number): string[] {
  if (limit === 0 || lines.length <= limit) return lines
  return [...lines.slice(0, limit - 1), `… ${lines.length - limit + 1} more lines`]
}
