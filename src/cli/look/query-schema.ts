/** A type of the engine over several lines, a key a line, where it has keys: `STRUCT(role VARCHAR, …)` is too long to be read. */
export function typeLines(type: string): string {
  let out = ''
  let margin = ''
  for (let i = 0; i < type.length; i++) {
    const c = type[i]!
    if (c === '"') {
      const end = endOfName(type, i)
      const name = type.slice(i, end)
      out += /^"[a-z_]\w*"$/i.test(name) ? name.slice(1, -1) : name
      i = end - 1
    } else if (c === '(' && /(?:STRUCT|MAP|UNION)$/.test(out)) {
      margin += '  '
      out += `(\n${margin}`
    } else if (c === ')' && margin !== '' && !inPlain(type, i)) {
      margin = margin.slice(2)
      out += `\n${margin})`
    } else if (c === ',' && margin !== '' && !inPlain(type, i)) {
      out += `\n${margin}`
      if (type[i + 1] === ' ') i++
    } else out += c
  }
  return out
}

/** Columns and their types, one below the other. */
export function schemaText(columns: readonly (readonly [name: string, type: string])[]): string {
  const width = Math.max(0, ...columns.map(([name]) => name.length))
  return columns
    .map(([name, type]) => `${name.padEnd(width)}  ${typeLines(type).replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`)
    .join('\n')
}

/** Whether a place is within the brackets of a type without keys: DECIMAL(9,2). */
function inPlain(type: string, at: number): boolean {
  return /(?:DECIMAL|NUMERIC|ENUM)\([^()]*$/.test(type.slice(0, at))
}

function endOfName(type: string, start: number): number {
  for (let at = start + 1; at < type.length; at++) {
    if (type[at] !== '"') continue
    if (type[at + 1] !== '"') return at + 1
    at++
  }
  return type.length
}
