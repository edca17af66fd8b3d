/**
 * The longest text that everything a regular expression matches must hold, as far as that is plain to see; empty where it is not. It
 * need not find one, but what it finds must be right.
 */
export function literalOf(source: string): string {
  let longest = ''
  let run = ''
  const end = () => {
    if (run.length > longest.length) longest = run
    run = ''
  }
  for (let at = 0; at < source.length; at++) {
    const c = source[at]!
    if (c === '|') return '' // either side would do
    if (c === '\\' && at + 1 === source.length) break
    const escaped = c === '\\' ? source[at + 1] : undefined
    const isPlain = escaped === undefined ? !'.^$*+?()[]{}'.includes(c) : /[^\w\s]/.test(escaped)
    if (escaped !== undefined) at++
    if (isPlain) {
      const next = source[at + 1] ?? ''
      if ('*?{'.includes(next) && next !== '') end()
      else {
        run += escaped ?? c
        if (next === '+') end()
      }
      continue
    }
    end()
    if (c === '(' || c === '[') at = closing(source, at)
    else if (c === '{') at = Math.max(at, source.indexOf('}', at))
    // What follows an escape of more than a letter belongs to it.
    else if (escaped !== undefined && /[xucpPk]/.test(escaped)) return longest
  }
  end()
  return longest
}

/** Where a group or a class ends, or the text where it does not. */
function closing(source: string, start: number): number {
  let depth = 0
  let isClass = false
  for (let at = start; at < source.length; at++) {
    const c = source[at]
    if (c === '\\') at++
    else if (isClass) isClass = c !== ']'
    else if (c === '[') isClass = true
    else if (c === '(') depth++
    else if (c === ')') depth--
    if (depth === 0 && !isClass) return at
  }
  return source.length
}
