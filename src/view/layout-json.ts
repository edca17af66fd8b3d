import { writeJson } from '../json/exact.ts'
import { isObject, type Json } from '../json/json.ts'

/** JSON laid out for people: what fits on a line stays on one, the rest is broken and indented. */
export function layoutJSON(value: Json, width: number, indent = ''): string {
  const line = oneLine(value)
  if (indent.length + line.length <= width || !(Array.isArray(value) || isObject(value))) return line
  const deeper = `${indent}  `
  if (Array.isArray(value)) return `[\n${value.map(item => deeper + layoutJSON(item, width, deeper)).join(',\n')}\n${indent}]`
  const entries = Object.entries(value).map(([key, item]) => {
    const name = `${writeJson(key)}: `
    return deeper + name + layoutJSON(item, width - name.length, deeper)
  })
  return `{\n${entries.join(',\n')}\n${indent}}`
}

/** Strings inside a value are shown by their beginning; the value itself keeps them. */
const MAX_STRING = 400

function oneLine(value: Json): string {
  if (typeof value === 'string')
    return writeJson(value.length > MAX_STRING ? `${value.slice(0, MAX_STRING - 40)}… (${value.length} characters)` : value)
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (!isObject(value)) return writeJson(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${writeJson(key)}: ${oneLine(item)}`)
    .join(', ')}}`
}
