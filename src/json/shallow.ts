import { writeJson } from './exact.ts'
import { isObject, type Json } from './json.ts'
import { Float } from './number.ts'
import { setOwn } from './own.ts'
import { MAX_DEPTH } from './tolerant.ts'

/** Whether a value holds containers more than that many levels inside of each other. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Float) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null && isDeeper(item, levels - 1)) return true
    return false
  }
  for (const key in value) {
    const item = (value as { [key: string]: unknown })[key]
    if (typeof item === 'object' && item !== null && isDeeper(item, levels - 1)) return true
  }
  return false
}

/** A copy of a value in which what lies deeper than that many levels is its own JSON text. */
export function shallow(value: Json, levels = MAX_DEPTH): Json {
  if (typeof value !== 'object' || value === null || (value as unknown) instanceof Float) return value
  if (levels === 0) return textOf(value)
  if (Array.isArray(value)) return value.map(item => shallow(item, levels - 1))
  const copy: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, shallow(item, levels - 1))
  return copy
}

/** JSON text of a value however deep it is: the engine's own runs out of stack at some thousand levels. */
function textOf(value: Json): string {
  const pieces: string[] = []
  // What is still to be written, the last first; text is written as it is.
  const open: (string | { value: Json })[] = [{ value }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') pieces.push(next)
    else if (Array.isArray(next.value)) {
      open.push(']')
      for (let i = next.value.length - 1; i >= 0; i--) open.push({ value: next.value[i]! }, i === 0 ? '[' : ',')
      if (next.value.length === 0) open.push('[')
    } else if (isObject(next.value)) {
      const entries = Object.entries(next.value)
      open.push('}')
      for (let i = entries.length - 1; i >= 0; i--)
        open.push({ value: entries[i]![1] }, `${i === 0 ? '{' : ','}${JSON.stringify(entries[i]![0])}:`)
      if (entries.length === 0) open.push('{')
    } else pieces.push(writeJson(next.value))
  }
  return pieces.join('')
}
