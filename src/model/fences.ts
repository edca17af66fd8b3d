/** A fenced block of Markdown: the word after the opening fence, as it is written and in lower case, and what is inside. */
export type Fence = { label: string; language: string; content: string; closed: boolean }

const OPENING = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*$/

/** The fenced blocks of a text, in order. A block that is never closed ends with the text. */
export function findFences(text: string): Fence[] {
  const fences: Fence[] = []
  let open: { mark: string; label: string; lines: string[] } | null = null
  for (const line of text.split(/\r?\n/)) {
    if (open === null) {
      const opening = OPENING.exec(line)
      if (opening !== null) open = { mark: opening[1]!, label: opening[2]!, lines: [] }
    } else if (closes(line, open.mark)) {
      fences.push(fence(open, true))
      open = null
    } else open.lines.push(line)
  }
  if (open !== null) fences.push(fence(open, false))
  return fences
}

function fence({ label, lines }: { label: string; lines: string[] }, closed: boolean): Fence {
  return { label, language: label.toLowerCase(), content: lines.join('\n'), closed }
}

/** A closing fence is of the opening one's character, at least as long, and alone on its line. */
function closes(line: string, mark: string): boolean {
  const bare = line.trim()
  return bare.length >= mark.length && bare === mark[0]!.repeat(bare.length)
}
