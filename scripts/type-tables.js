/** Tables of the fields of exported object types, from their trailing comments. */
export function typeTables(source) {
  const names = [...source.matchAll(/^\/\*\* (.+) \*\/\nexport type (\w+) = /gm)]
  return names.map(([, doc, name]) => `### ${name}\n\n${doc}\n\n${memberTable(source, name) || unionOf(source, name)}`).join('\n\n')
}
/** One type's fields; empty where it is not an object type. */
export function memberTable(source, name) {
  const body = new RegExp(`^export type ${name} = \\{\\n([^]*?)\\n\\}`, 'm').exec(source)?.[1]
  if (body === undefined) return ''
  const rows = body.split('\n').flatMap(line => {
    const field = /^\s*(\w+)(\??): (.+?)(?:\s*\/\/ (.+))?$/.exec(line)
    if (field === null) return []
    const [, key, optional, type, doc] = field
    return [`| \`${key}\`${optional === '?' ? ' (optional)' : ''} | \`${type.replaceAll('|', '\\|')}\` | ${doc ?? ''} |`]
  })
  return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n')
}
function unionOf(source, name) {
  const body = new RegExp(`^export type ${name} =\\n((?:  \\| .+\\n)+)`, 'm').exec(source)?.[1]
  if (body === undefined) {
    const line = new RegExp(`^export type ${name} = (.+)$`, 'm').exec(source)?.[1] ?? ''
    return `\`${line.replaceAll('|', '·')}\``
  }
  const rows = body
    .trimEnd()
    .split('\n')
    .map(line => /^\s*\| (.+?)(?:\s*\/\/ (.+))?$/.exec(line))
  return ['| Value | Meaning |', '| --- | --- |', ...rows.map(([, value, doc]) => `| \`${value}\` | ${doc ?? ''} |`)].join('\n')
}
