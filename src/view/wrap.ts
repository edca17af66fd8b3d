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

/** Control characters shown, not sent to the terminal: a log must not be able to move the cursor or change colours. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
