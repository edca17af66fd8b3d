import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { decodeText } from '../disk/decode-text.ts'
import { makeFolder } from '../disk/made-folders.ts'
import { readBytes } from '../disk/read-file.ts'
import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import { refuseMore } from '../fields.ts'
import { isObject } from '../json/json.ts'
import { isOwnName, type Label } from './label.ts'
import { labelsFolder } from './label-log.ts'

/** Values that may be said under a name. */
export type DeclaredName = {
  /** A name of one's own, or `tag`. */
  name: string
  /** In the order in which keys offer them. */
  values: string[]
}

/** File in the folder of labels in which names are declared. It is written by hand, or by `declareNames`. */
const FILE = 'names.yaml'

/** So many values of a name; more are words, and no choice. */
const MAX_VALUES = 100

/** The names that a store declares, in their order; none where it declares none. Throws where the file is not what it should be. */
export function declaredNames(store: string, ...more: never[]): DeclaredName[] {
  refuseMore(more, 'declaredNames', 'a store')
  const path = join(labelsFolder(store), FILE)
  if (!existsSync(path)) return []
  let value: unknown
  try {
    // Loaded only here: every ingest passes through this file, and its seventy modules cost more than a small log.
    const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml')
    value = parse(decodeText(readBytes(path), 'read labels', path), { maxAliasCount: 0 })
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    throw wrong(path, `it is no YAML: ${(error as Error).message.split('\n', 1)[0]}`)
  }
  if (value === null) return []
  if (!isObject(value)) throw wrong(path, 'expected names, each with a list of values, such as quality: [1, 2, 3]')
  return Object.entries(value).map(([name, values]) => {
    if (!Array.isArray(values) || values.some(one => typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean'))
      throw wrong(path, `found no list of words or numbers under '${name}'`)
    return checkedName({ name, values: values.map(String) })
  })
}

/** Declare names, or others of their values. A name without values is declared no more. Gives all that are declared. */
export function declareNames(store: string, names: readonly DeclaredName[]): DeclaredName[] {
  const all = new Map(declaredNames(store).map(({ name, values }) => [name, values]))
  for (const { name, values } of names)
    if (values.length === 0) all.delete(name)
    else all.set(name, checkedName({ name, values }).values)
  makeFolder(labelsFolder(store))
  const file = new WholeFile(join(labelsFolder(store), FILE))
  for (const [name, values] of all) file.write(`${name}: ${JSON.stringify(values)}\n`)
  file.close()
  return [...all].map(([name, values]) => ({ name, values }))
}

/** Throws where a label says what is not declared: another value of a name, or, where names are declared, a name that is not. */
export function refuseUndeclared({ name, value }: Label, declared: readonly DeclaredName[]): void {
  const allowed = declared.find(one => one.name === name)?.values
  if (allowed !== undefined && !allowed.includes(value))
    throw new TracewrightError('usage', `Cannot label: found ${name} '${value}', expected one of ${allowed.join(', ')}`, { hint: HINT })
  const own = declared.map(one => one.name).filter(isOwnName)
  if (allowed === undefined && isOwnName(name) && own.length > 0)
    throw new TracewrightError('usage', `Cannot label: found the name '${name}', expected one of ${own.join(', ')}`, { hint: HINT })
}

const HINT = `What may be said is declared in labels/${FILE} of the store: tracewright label --declare NAME=VALUE,VALUE`

function checkedName({ name, values }: DeclaredName): DeclaredName {
  if (name !== 'tag' && !isOwnName(name))
    throw new TracewrightError(
      'usage',
      `Cannot declare '${name}': expected tag, or a name of small letters, digits and _ that no column has`,
    )
  const given = [...new Set(values.map(value => value.trim()).flatMap(spread))]
  if (given.length === 0 || given.length > MAX_VALUES || given.includes(''))
    throw new TracewrightError('usage', `Cannot declare '${name}': found ${given.length} values, expected 1 to ${MAX_VALUES}, none empty`)
  return { name, values: given }
}

/** `1..5` is all from 1 to 5. */
function spread(value: string): string[] {
  const [, from, to] = /^(\d{1,6})\.\.(\d{1,6})$/.exec(value) ?? []
  if (from === undefined || to === undefined) return [value]
  const length = Number(to) - Number(from) + 1
  return length < 1 || length > MAX_VALUES ? [value] : Array.from({ length }, (_, i) => String(Number(from) + i))
}

function wrong(path: string, what: string): TracewrightError {
  return new TracewrightError('file', `Cannot read which labels are declared: ${what}`, {
    where: path,
    hint: 'Correct it, or delete it: nothing that was said is in it',
  })
}
