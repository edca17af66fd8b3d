import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readLines } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { below, type LogFile, logFile, notASession } from '../files.ts'
import { isRecord } from '../read.ts'

/** The session files of a project's folder, agents' files aside. */
export function sessionFiles(source: Source, folder: string): string[] {
  return source
    .names(folder)
    .map(name => below(folder, name))
    .filter(path => path.endsWith('.jsonl') && logFile(path).agentId === null && notASession(path) === null)
}

/** The records of a neighbour whose bytes hold all of these words; the others are not decoded. One that cannot be read tells nothing. */
export async function* recordsWith(source: Source, path: string, words: readonly string[]): AsyncIterable<JsonObject> {
  const unheeded = new Ledger({ key: path, files: [path] })
  const skip = (bytes: Buffer) => (words.every(word => bytes.includes(word)) ? null : { bucket: 'noise' as const, reason: 'not asked for' })
  try {
    for await (const { record } of readLines(source, path, unheeded, { isRecord, skip })) yield record
  } catch {
    // No file, a pipe, no permission: the session that asks is read all the same.
  }
}

/** The file that says in its last lines that its session went on in this one; of the same project's, else of another's beside it. */
export function continuedFrom(source: Source, { folder, stem }: Pick<LogFile, 'folder' | 'stem'>): string | null {
  return continuationsIn(source, folder).get(stem) ?? (folder === '' ? null : (continuationsBelow(source, above(folder)).get(stem) ?? null))
}

/** Of all projects: a session may go on in another working directory. */
function continuationsBelow(source: Source, folder: string): ReadonlyMap<string, string> {
  return source.shared(`claude_code continuations below ${folder}`, () => {
    const from = new Map<string, string>()
    for (const name of source.names(folder))
      for (const [session, path] of continuationsIn(source, below(folder, name))) if (!from.has(session)) from.set(session, path)
    return from
  })
}

function above(folder: string): string {
  return folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : ''
}

function continuationsIn(source: Source, folder: string): ReadonlyMap<string, string> {
  return source.shared(`claude_code continuations in ${folder}`, () => {
    const from = new Map<string, string>()
    for (const path of sessionFiles(source, folder))
      for (const session of continuedIn(source, path)) if (!from.has(session)) from.set(session, path)
    return from
  })
}

/** The record stands at a session's end; little is written behind it. */
const TAIL_BYTES = 32768

/** And few lines: where one of them is longer than the tail, more is read. */
const TAIL_LINES = 4

const CONTINUED = '"continued-in"'

function continuedIn(source: Source, path: string): string[] {
  let tail: Buffer
  try {
    tail = tailOf(source, path)
  } catch {
    return []
  }
  if (!tail.includes(CONTINUED)) return []
  return tail
    .toString('utf8')
    .split('\n')
    .flatMap(line => {
      const record = line.includes(CONTINUED) ? parseJson(line) : null
      const session = isObject(record) && record['type'] === 'continued-in' ? stringOrNull(record['continuedInSessionId']) : null
      return session === null || session === logFile(path).stem ? [] : [session]
    })
}

/** The last bytes of a file, with some whole lines among them. */
function tailOf(source: Source, path: string): Buffer {
  const size = source.facts(path)?.size ?? 0
  for (let bytes = TAIL_BYTES; ; bytes *= 2) {
    const tail = source.part(path, Math.max(0, size - bytes), Math.min(size, bytes))
    let breaks = 0
    for (let at = tail.indexOf(LF); at >= 0 && breaks <= TAIL_LINES; at = tail.indexOf(LF, at + 1)) breaks++
    if (breaks > TAIL_LINES || bytes >= size) return tail
  }
}

const LF = 0x0a

/** The files of one session in other project folders: one that was taken up in another working directory is written there. */
export function sameSessionElsewhere(source: Source, folder: string, stem: string): string[] {
  if (folder === '') return []
  const root = above(folder)
  const places = source.shared(`claude_code sessions below ${root}`, () => {
    const index = new Map<string, string[]>()
    for (const name of source.names(root)) {
      const project = below(root, name)
      for (const file of source.names(project))
        if (file.endsWith('.jsonl')) index.set(file, [...(index.get(file) ?? []), below(project, file)])
    }
    return index
  })
  return (places.get(`${stem}.jsonl`) ?? []).filter(path => path !== below(folder, `${stem}.jsonl`))
}
