/** Tables of the fields of exported object types, from the comments above them. */
export function typeTables(source: string): string {
  const names = [...source.matchAll(/^\/\*\* (.+) \*\/\nexport type (\w+) = /gm)]
  return names.map(([, doc, name]) => `### ${name}\n\n${doc}\n\n${memberTable(source, name!) || unionOf(source, name!)}`).join('\n\n')
}

/** One type's fields; empty where it is not an object type. */
export function memberTable(source: string, name: string): string {
  const body = new RegExp(`^export type ${name} = \\{\\n([^]*?)\\n\\}`, 'm').exec(source)?.[1]
  if (body === undefined) return ''
  const fields = body.matchAll(/(?:^ *\/\*\* ([\s\S]*?) \*\/\n)?^ *(?:readonly )?(\w+)(\??): (.+)$/gm)
  const rows = [...fields].map(([, doc = '', key, optional, type]) => {
    const meaning = doc.replace(/\s*\n\s*\* ?/g, ' ').trim()
    return `| \`${key}\`${optional === '?' ? ' (optional)' : ''} | \`${type!.replaceAll('|', '\\|')}\` | ${meaning} |`
  })
  return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n')
}

function unionOf(source: string, name: string): string {
  const body = new RegExp(`^export type ${name} =\\n((?:  \\| .+\\n)+)`, 'm').exec(source)?.[1]
  if (body === undefined) {
    const line = new RegExp(`^export type ${name} = (.+)$`, 'm').exec(source)?.[1] ?? ''
    return `\`${line.replaceAll('|', '·')}\``
  }
  const rows = body
    .trimEnd()
    .split('\n')
    .map(line => /^\s*\| (.+?)(?:\s*\/\/ (.+))?$/.exec(line)!)
  return ['| Value | Meaning |', '| --- | --- |', ...rows.map(([, value, doc]) => `| \`${value}\` | ${doc ?? ''} |`)].join('\n')
}
