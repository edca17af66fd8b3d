/**
 * How many lines that a patch adds still stand, by their words, in the files it changed. Lines of fewer than three letters or digits
 * stand everywhere and say nothing.
 */
export function linesLeft(patch: string, fileNow: (path: string) => string | null): { added: number; left: number } {
  let added = 0
  let left = 0
  for (const [path, lines] of addedLines(patch)) {
    if (lines.length === 0) continue
    added += lines.length
    const now = new Map<string, number>()
    for (const line of fileNow(path)?.split('\n') ?? []) {
      const words = line.trim()
      now.set(words, (now.get(words) ?? 0) + 1)
    }
    for (const line of lines) {
      const count = now.get(line) ?? 0
      if (count === 0) continue
      left++
      now.set(line, count - 1)
    }
  }
  return { added, left }
}

/** Lines that a patch adds, by file. */
function addedLines(patch: string): Map<string, string[]> {
  const files = new Map<string, string[]>()
  let lines: string[] = []
  let inHunk = 0 // lines of the hunk that are still to come
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line)
    if (inHunk > 0) {
      if (/^[-+]/.test(line)) inHunk--
      const words = line.slice(1).trim()
      if (line.startsWith('+') && /\w.*\w.*\w/.test(words)) lines.push(words)
    } else if (hunk !== null) inHunk = Number(hunk[1] ?? 1) + Number(hunk[2] ?? 1)
    else if (line.startsWith('+++ ')) {
      lines = []
      const path = pathOf(line.slice(4).replace(/\t$/, ''))
      if (path !== null) files.set(path, lines)
    }
  }
  return files
}

/** `b/src/a.ts`, or in quotes where letters of it are escaped; null for a file that is taken away. */
function pathOf(written: string): string | null {
  if (written === '/dev/null') return null
  const plain = written.startsWith('"') ? written.slice(1, -1).replace(/\\([0-7]{3}|.)/g, (_, code: string) => unescaped(code)) : written
  return plain.replace(/^b\//, '')
}

function unescaped(code: string): string {
  if (code.length === 3) return String.fromCharCode(Number.parseInt(code, 8))
  return { t: '\t', n: '\n', r: '\r' }[code] ?? code
}
