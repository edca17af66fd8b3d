import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { Row } from '../../row.ts'

/**
 * What an agent's versions are known to have: a line for each tool, `NAME arg! arg:type … | what it does`. An argument with `!` is required, one
 * without a type is a text. `SINCE..UNTIL ` before the name: the versions that have it so, from the first up to the one that no longer does;
 * `?` for one that is not known: such a tool is listed only where it is called.
 */
export type ToolTable = {
  /** `source_kind` of its rows. */
  readonly agent: string
  /** Key of `source_meta` that says which version wrote the log; null: logs do not say it. */
  readonly versionKey: string | null
  /** Where this is known from. */
  readonly evidence: string
  readonly tools: string
}

/** A tool as some versions have it. */
export type KnownTool = {
  name: string
  description: string
  arguments: { [name: string]: { type: string; isRequired: boolean } }
  since: readonly number[] | null
  until: readonly number[] | null
}

/** Define what an agent's versions have. */
export function defineTools(table: ToolTable): ToolTable {
  return table
}

/** The tools of a table, one for each line. */
export function toolsOf({ tools }: ToolTable): KnownTool[] {
  return tools
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(toolIn)
}

/** The version that wrote the log of a row; null where it does not say. */
export function versionOf(row: Row, { versionKey }: ToolTable): string | null {
  const value = versionKey === null ? null : (metaOf(row)[versionKey] ?? null)
  const version = Array.isArray(value) ? value.at(-1) : value
  return typeof version === 'string' && /^\d+(?:\.\d+)+/.test(version) ? version : null
}

/** Names of the tools that a session was offered, where its log tells them. */
export function offeredNames(row: Row): ReadonlySet<string> | null {
  const names = metaOf(row)['tool_names']
  const texts = Array.isArray(names) ? names.filter(name => typeof name === 'string') : []
  return texts.length === 0 ? null : new Set(texts)
}

/** Whether a version has a tool so. */
export function hasVersion({ since, until }: KnownTool, version: string): boolean {
  const parts = numbersOf(version)
  return (since === null || compare(parts, since) >= 0) && (until === null || compare(parts, until) < 0)
}

/** Rows hold it as a value, files of lines as JSON text. */
function metaOf(row: Row): JsonObject {
  const value: Json | undefined = row['source_meta']
  const meta = typeof value === 'string' ? parseJson(value) : value
  return isObject(meta) ? meta : {}
}

function toolIn(line: string): KnownTool {
  const [spec = '', description = ''] = line.split(' | ')
  const words = spec.trim().split(/\s+/)
  const range = words[0]!.includes('..') ? words.shift()!.split('..') : ['', '']
  const [name, ...args] = words
  return {
    name: name!,
    description: description.trim(),
    arguments: Object.fromEntries(
      args.map(arg => {
        const [, key, mark, type] = /^([^!:]+)(!?)(?::(\w+))?$/.exec(arg)!
        return [key!, { type: type ?? 'string', isRequired: mark === '!' }]
      }),
    ),
    since: range[0] === '' ? null : numbersOf(range[0]!),
    until: range[1] === '' ? null : range[1] === '?' ? [] : numbersOf(range[1]!),
  }
}

function numbersOf(version: string): number[] {
  return version
    .split(/[-+]/)[0]!
    .split('.')
    .map(part => Number.parseInt(part, 10) || 0)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
