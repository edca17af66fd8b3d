/** A fenced block of Markdown: the word after the opening fence, lower case, and what is inside. */
export type Fence = { language: string; content: string; closed: boolean }

const OPENING = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*$/

/** The fenced blocks of a text, in order. A block that is never closed ends with the text. */
export function findFences(text: string): Fence[] {
  const fences: Fence[] = []
  let open: { mark: string; language: string; lines: string[] } | null = null
  for (const line of text.split(/\r?\n/)) {
    if (open === null) {
      const opening = OPENING.exec(line)
      if (opening !== null) open = { mark: opening[1]!, language: opening[2]!.toLowerCase(), lines: [] }
    } else if (closes(line, open.mark)) {
      fences.push({ language: open.language, content: open.lines.join('\n'), closed: true })
      open = null
    } else open.lines.push(line)
  }
  if (open !== null) fences.push({ language: open.language, content: open.lines.join('\n'), closed: false })
  return fences
}

/** A closing fence is of the opening one's character, at least as long, and alone on its line. */
function closes(line: string, mark: string): boolean {
  const bare = line.trim()
  return bare.length >= mark.length && bare === mark[0]!.repeat(bare.length)
}
