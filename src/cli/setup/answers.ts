import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { extname, join } from 'node:path'
import { messageOf } from '../../errors.ts'
import { PREDEFINED_PROVIDERS } from '../../model/predefined-providers.ts'
import { nearest } from '../../nearest.ts'
import * as formats from '../../rollout/formats.ts'

/** What a config to begin with is made of, as text that a person or a flag gave. */
export type Answers = {
  rows: string // what rows are made of: one of ROWS
  format: string // of sessions: which agent's; '' for others
  path: string // where sessions are, '' for their usual place; or the file of rows
  topics: string // of rows from nothing: what they are about, separated by commas
  provider: string // a name, or name=url
  key: string // variable with the key of a provider that is not predefined; '' for none
  model: string
  column: string
  prompt: string
  judge: boolean
  output: string
}

/** Names of the answers that are text. */
export type Question = Exclude<keyof Answers, 'judge'>

/** What rows are made of. */
export const ROWS = {
  sessions: 'sessions of coding agents, a row for each',
  file: 'a file of rows: CSV, Parquet, JSON or JSON Lines',
  nothing: 'nothing: they are drawn by chance from topics',
} as const

/** Agents whose sessions can be read; 'auto' judges each file. */
export const FORMATS: readonly string[] = [...Object.values(formats).map(({ name }) => name), 'auto']

/** What is wrong with an answer, after those before it; null: nothing. `columns`: names that the prompt may read, where they are known. */
export function mistakeIn(question: Question, value: string, soFar: Partial<Answers>, more: Known): string | null {
  return CHECKS[question](value.trim(), soFar, more)
}

/** What answers are held against. */
export type Known = { columns: readonly string[] | null; force: boolean; promptMistake: (prompt: string) => string | null }

/** A path as it was typed, `~` for the home folder. */
export function pathOf(typed: string): string {
  return typed === '~' || typed.startsWith('~/') ? join(homedir(), typed.slice(1)) : typed
}

/** A provider as it was typed: its name, and its URL where it is not predefined. */
export function providerFrom(typed: string): { name: string; endpoint: string | null } {
  const at = typed.indexOf('=')
  return at === -1 ? { name: typed.trim(), endpoint: null } : { name: typed.slice(0, at).trim(), endpoint: typed.slice(at + 1).trim() }
}

/** What rows from nothing are about. */
export function topicsIn(typed: string): string[] {
  return typed
    .split(',')
    .map(topic => topic.trim())
    .filter(topic => topic !== '')
}

type Check = (value: string, soFar: Partial<Answers>, more: Known) => string | null

const CHECKS: { readonly [name in Question]: Check } = {
  rows: value => oneOf(value, Object.keys(ROWS)),
  format: (value, { rows }) => (rows === 'sessions' ? oneOf(value, FORMATS) : null),
  path: (value, { rows, format }) =>
    rows === 'file' ? fileMistake(value) : rows === 'sessions' ? placeMistake(value, format ?? '') : null,
  topics: (value, { rows }) =>
    rows !== 'nothing' || topicsIn(value).length > 0 ? null : 'found nothing, expected words separated by commas',
  provider: value => providerMistake(value),
  key: value =>
    value === '' || /^[A-Z][A-Z0-9_]*$/.test(value)
      ? null
      : 'found no name of a variable, expected one such as LAB_API_KEY: keys are never written into files',
  model: value => (value === '' ? 'found nothing, expected the name that the provider has for it' : null),
  column: (value, _, { columns }) =>
    !/^[A-Za-z_]\w*$/.test(value)
      ? `found '${value}', expected letters, digits and _, so that other columns can read it`
      : columns?.includes(value)
        ? `found '${value}', which the rows have already`
        : null,
  prompt: (value, _, { promptMistake }) => (value === '' ? 'found nothing, expected what the model is asked' : promptMistake(value)),
  output: (value, _, { force }) => outputMistake(value, force),
}

function oneOf(value: string, known: readonly string[]): string | null {
  if (known.includes(value)) return null
  const guess = nearest(value, known)
  return `found ${value === '' ? 'nothing' : `'${value}'`}, expected one of ${known.join(', ')}${guess === null ? '' : `. Did you mean '${guess}'?`}`
}

function fileMistake(value: string): string | null {
  if (value === '') return 'found nothing, expected a file'
  if (!['.csv', '.parquet', '.json', '.jsonl'].includes(extname(value)))
    return `found '${value}', expected a name that ends in .csv, .parquet, .json or .jsonl`
  const stats = statSync(pathOf(value), { throwIfNoEntry: false })
  return stats === undefined ? `found no file '${value}'` : stats.isFile() ? null : `'${value}' is no file`
}

function placeMistake(value: string, format: string): string | null {
  if (value === '')
    return format === 'auto' || format === 'atif' ? 'found nothing, expected a folder: only an agent has a usual place' : null
  return existsSync(pathOf(value)) ? null : `found no file or folder '${value}'`
}

function providerMistake(value: string): string | null {
  const { name, endpoint } = providerFrom(value)
  const known = PREDEFINED_PROVIDERS.map(provider => provider.name)
  if (endpoint === null) return oneOf(name, known)?.replace('expected one of', 'expected name=url, or one of') ?? null
  if (!/^[\w-]+$/.test(name)) return `found '${name}', expected letters, digits, - and _ before the =`
  return URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)
    ? null
    : `found '${endpoint}', expected a URL such as http://127.0.0.1:8000/v1`
}

function outputMistake(value: string, force: boolean): string | null {
  if (!/[^/]\.(?:ya?ml|json)$/.test(value)) return `found '${value}', expected a name that ends in .yaml, .yml or .json`
  try {
    return force || !existsSync(pathOf(value)) ? null : `'${value}' is there already (--force writes over it)`
  } catch (error) {
    return messageOf(error)
  }
}
