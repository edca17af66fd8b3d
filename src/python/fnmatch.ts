/** A shell-style test of file names: `*`, `?`, `[seq]`, `[!seq]`, case-sensitive, as Python's `fnmatchcase`. */
export function fnmatch(pattern: string): (name: string) => boolean {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at]!
    if (c === '*') source += '.*'
    else if (c === '?') source += '.'
    else if (c === '[') {
      const end = pattern.indexOf(']', at + (pattern[at + 1] === '!' ? 3 : 2))
      if (end < 0) source += '\\['
      else {
        const negated = pattern[at + 1] === '!'
        const members = pattern.slice(at + (negated ? 2 : 1), end).replace(/[\\\]^]/g, '\\$&')
        source += `[${negated ? '^' : ''}${members}]`
        at = end
      }
    } else source += c.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  }
  const expression = new RegExp(`^${source}$`, 'su')
  return name => expression.test(name)
}
