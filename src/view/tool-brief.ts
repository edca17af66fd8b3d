import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json } from '../json/json.ts'
import { ownValue } from '../json/own.ts'

/** A call in a line: what it does, as far as its arguments say. */
export function toolBrief(args: Json): string {
  if (typeof args === 'string') return firstLine(args)
  if (!isObject(args)) return args === null ? '' : firstLine(writeJson(args))
  for (const key of TELLING) {
    const value = ownValue(args, key)
    if (typeof value === 'string' && value.trim() !== '') return firstLine(value)
    if (Array.isArray(value) && value.length > 0)
      return firstLine(value.map(part => (typeof part === 'string' ? part : writeJson(part))).join(' '))
  }
  return Object.keys(args).length === 0 ? '' : firstLine(writeJson(args), SHOWN_JSON)
}

/** Arguments that say in a line what a call does, whatever tool of whatever agent it is; the first that is there counts. */
const TELLING = [
  'command',
  'cmd',
  'script',
  'file_path',
  'filePath',
  'path',
  'notebook_path',
  'pattern',
  'query',
  'url',
  'description',
  'prompt',
  'question',
  'input',
  'name',
]

/** The arguments of a call as values; text that is no JSON stays text. */
export function argumentsOf(source: Json | undefined): Json {
  if (typeof source !== 'string') return source ?? null
  return readJsonOr(source) ?? source
}

const SHOWN = 200
const SHOWN_JSON = 80

function firstLine(text: string, shown = SHOWN): string {
  const [line = '', ...more] = text.trim().split('\n', 2)
  const isCut = more.length > 0 || line.length > shown
  return `${line.slice(0, shown).trimEnd()}${isCut ? ' …' : ''}`
}
