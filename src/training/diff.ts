import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { codecFor } from '../codec/codec-for.ts'
import { linesOf } from '../codec/jsonl.ts'
import { readText } from '../disk/read-file.ts'
import { TracewrightError } from '../errors.ts'
import { refuseUnknownOptions } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'

/** How two exports differ: rows by what was done to them, and why. */
export type ExportDiff = {
  /** Rows that are in both as they were. */
  same: number
  /** Rows that are but in the second, by cause. */
  added: { [cause: string]: number }
  /** Rows that are but in the first, by cause. */
  removed: { [cause: string]: number }
  /** Rows that are in both and differ, by cause. */
  changed: { [cause: string]: number }
  /** Sessions whose rows differ, as many as were asked for; one of several rows stands once for each change and cause. */
  rows: ChangedRows[]
}

/** Rows of a session that differ in the same way. */
export type ChangedRows = {
  /** Id of the session. */
  trace_id: string
  /** What was done to them. */
  change: 'added' | 'removed' | 'changed'
  /** Why. */
  cause: string
  /** How many of its rows. */
  rows: number
}

/** How two exports are compared. */
export type DiffOptions = {
  /** Rows of each kind that are told one by one. Default 20. */
  most?: number
}

/** Compare two exports. A row is known by its session and the messages it holds. Held in memory are a hundred bytes a row. */
export async function diffExports(before: string, after: string, options: DiffOptions = {}): Promise<ExportDiff> {
  refuseUnknownOptions(options, ['most'], 'diffExports')
  const { most = 20 } = options
  const old = new Map<string, Known>()
  for await (const [key, known] of rowsOf(before)) old.set(key, known)
  const diff: ExportDiff = { same: 0, added: counts(), removed: counts(), changed: counts(), rows: [] }
  const told = new Map<string, ChangedRows>()
  const tell = (change: ChangedRows['change'], key: string, cause: string) => {
    diff[change][cause] = (diff[change][cause] ?? 0) + 1
    const trace_id = sessionOf(key)
    const place = JSON.stringify([trace_id, change, cause])
    const known = told.get(place)
    if (known !== undefined) known.rows++
    else if (told.size < most) told.set(place, { trace_id, change, cause, rows: 1 })
  }
  const [oldRejects, newRejects] = [await rejectsOf(before), await rejectsOf(after)]
  const sessions = new Set([...old.keys()].map(sessionOf))
  const seen = new Set<string>()
  for await (const [key, known] of rowsOf(after)) {
    seen.add(sessionOf(key))
    const was = old.get(key)
    old.delete(key)
    if (was === undefined) {
      const reason = oldRejects.get(sessionOf(key))
      tell(
        'added',
        key,
        reason !== undefined
          ? `was left out: ${reason}`
          : sessions.has(sessionOf(key))
            ? 'other messages of a known session'
            : NOT_GIVEN_BEFORE,
      )
    } else if (was.hash === known.hash && was.split === known.split && was.facts === known.facts) diff.same++
    else tell('changed', key, causeOf(was, known))
  }
  for (const key of old.keys()) {
    const reason = newRejects.get(sessionOf(key))
    tell(
      'removed',
      key,
      reason !== undefined ? `left out: ${reason}` : seen.has(sessionOf(key)) ? 'other messages of a known session' : NOT_GIVEN,
    )
  }
  return { ...diff, rows: [...told.values()] }
}

/** Exports do not say what was chosen for them: a session may be gone, or left out by a condition. */
const NOT_GIVEN = 'session was not given to the second export'
const NOT_GIVEN_BEFORE = 'session was not given to the first export'

type Known = { hash: string; split: string; facts: string; train: string; redaction: string; tools: string }

function causeOf(was: Known, is: Known): string {
  if (was.split !== is.split) return `moved from ${was.split} to ${is.split}`
  if (was.redaction !== is.redaction) return 'redacted by other rules'
  if (was.train !== is.train) return 'other messages are trained'
  if (was.tools !== is.tools) return 'tools are known otherwise'
  return was.hash === is.hash ? 'the outcome is judged otherwise' : 'other content'
}

/** Rows of an export by what they are known by. */
async function* rowsOf(folder: string): AsyncIterable<[key: string, known: Known]> {
  if (!existsSync(join(folder, 'manifest')) || !existsSync(join(folder, 'data')))
    throw new TracewrightError('usage', `Cannot compare '${folder}': it holds no export`, { hint: 'Name two folders that export wrote' })
  const times = new Map<string, number>()
  for (const file of readdirSync(join(folder, 'manifest')).sort()) {
    const split = file.replace(/\.jsonl$/, '')
    const data = hashesOf(folder, split)[Symbol.asyncIterator]()
    for await (const line of linesOf(join(folder, 'manifest', file))) {
      if (line === '') continue
      const facts = parseJson(line)
      const next = await data.next()
      if (!isObject(facts) || next.done === true)
        throw new TracewrightError('file', `Cannot compare '${folder}': the manifest of ${split} and its data have not the same rows`)
      const { trace_id, train, sources, redaction = null, tools = null } = facts as JsonObject & { trace_id: string }
      const plain = `${trace_id} ${createHash('sha256').update(writeJson(sources)).digest('base64url').slice(0, 16)}`
      const count = times.get(plain) ?? 0
      times.set(plain, count + 1)
      const known = {
        hash: next.value,
        split,
        train: short(train ?? null),
        redaction: writeJson(redaction),
        tools: writeJson(tools),
        facts: short(facts),
      }
      yield [count === 0 ? plain : `${plain}#${count}`, known]
    }
  }
}

async function* hashesOf(folder: string, split: string): AsyncIterable<string> {
  const files = readdirSync(join(folder, 'data')).filter(name => name.startsWith(`${split}-`))
  const shards = files.filter(name => /-\d{5}-of-\d{5}\.\w+$/.test(name)).sort()
  for (const file of shards) for await (const row of codecFor(file).read(join(folder, 'data', file))) yield short(row)
  // Of traces each row is a file, by its number.
  const number = (name: string) => Number(/^-(\d{6,})-/.exec(name.slice(split.length))?.[1] ?? Number.NaN)
  const own = files.filter(name => !Number.isNaN(number(name))).sort((a, b) => number(a) - number(b))
  for (const file of own) yield short(readText(join(folder, 'data', file)))
}

async function rejectsOf(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const path = join(folder, 'rejects.jsonl')
  if (!existsSync(path)) return found
  for await (const line of linesOf(path)) {
    const reject = parseJson(line)
    // The first is why a session as a whole was left out, if it was.
    if (isObject(reject) && !found.has(String(reject['at']))) found.set(String(reject['at']), String(reject['reason']))
  }
  return found
}

function sessionOf(key: string): string {
  return key.slice(0, key.lastIndexOf(' '))
}

function short(value: Json): string {
  return createHash('sha256').update(writeJson(value)).digest('base64url').slice(0, 16)
}

function counts(): { [cause: string]: number } {
  return Object.create(null) as { [cause: string]: number }
}
