import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import { sortCodePoints } from '../../../../python/text.ts'
import { type EndWord, holdsLines } from '../../../log/end-words.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readLines } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { below, isSessionFile, type LogFile, logFile } from '../files.ts'
import { isRecord } from '../read.ts'

/** The session files of a project's folder, agents' files aside. */
export function sessionFiles(source: Source, folder: string): string[] {
  return source
    .names(folder)
    .map(name => below(folder, name))
    .filter(isSessionFile)
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
  const beside = continuationsIn(source, folder).get(stem)
  const from = beside ?? (folder === '' ? null : (continuationsBelow(source, above(folder)).get(stem) ?? null))
  if (from !== null) source.dependOn(from)
  return from
}

/** The sessions that a file says its own went on in. */
export function continuationsOf(source: Source, { folder, path }: Pick<LogFile, 'folder' | 'path'>): string[] {
  return [...continuationsIn(source, folder)].flatMap(([session, from]) => (from === path ? [session] : []))
}

/** Of all projects: a session may go on in another working directory. */
function continuationsBelow(source: Source, folder: string): ReadonlyMap<string, string> {
  return source.shared(`claude_code continuations below ${folder}`, () => {
    const from = new Map<string, string>()
    for (const project of projectsThatMayHold(source, folder))
      for (const [session, path] of continuationsIn(source, project)) if (!from.has(session)) from.set(session, path)
    return from
  })
}

/** Where it was looked at the ends of all logs already, the projects of those few that may say so. */
function projectsThatMayHold(source: Source, folder: string): string[] {
  const known = source.ends.mayHold(CONTINUED)
  if (known === null) return [...projectsBelow(source, folder).keys()].map(name => below(folder, name))
  return sortCodePoints([...known.keys()].filter(project => project !== '' && above(project) === folder))
}

/** The projects below a folder and the names in each: of all of them it is asked where a session stands and where it went on. */
function projectsBelow(source: Source, folder: string): ReadonlyMap<string, string[]> {
  return source.shared(
    `claude_code projects below ${folder}`,
    () => new Map(source.names(folder).map(name => [name, source.names(below(folder, name))])),
  )
}

function namesIn(source: Source, folder: string): string[] {
  const known = folder === '' ? undefined : projectsBelow(source, above(folder)).get(folder.slice(folder.lastIndexOf('/') + 1))
  return known ?? source.names(folder)
}

function above(folder: string): string {
  return folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : ''
}

function continuationsIn(source: Source, folder: string): ReadonlyMap<string, string> {
  return source.shared(`claude_code continuations in ${folder}`, () => {
    const from = new Map<string, string>()
    const known = source.ends.mayHold(CONTINUED)
    const files = known === null ? namesIn(source, folder).map(name => below(folder, name)) : (known.get(folder) ?? [])
    for (const path of files.filter(isSessionFile))
      for (const session of continuedIn(source, path)) if (!from.has(session)) from.set(session, path)
    return from
  })
}

/** The record stands at a session's end: little is written behind it, and few lines. */
export const CONTINUED: EndWord = { word: '"continued-in"', bytes: 32768, lines: 4 }

function continuedIn(source: Source, path: string): string[] {
  if (source.ends.lacks(path, CONTINUED)) return []
  let tail: Buffer
  try {
    tail = tailOf(source, path)
  } catch {
    return []
  }
  if (!tail.includes(CONTINUED.word)) return []
  return tail
    .toString('utf8')
    .split('\n')
    .flatMap(line => {
      const record = line.includes(CONTINUED.word) ? parseJson(line) : null
      const session = isObject(record) && record['type'] === 'continued-in' ? stringOrNull(record['continuedInSessionId']) : null
      return session === null || session === logFile(path).stem ? [] : [session]
    })
}

/** The last bytes of a file, with some whole lines among them. */
function tailOf(source: Source, path: string): Buffer {
  for (let bytes = CONTINUED.bytes; ; bytes *= 2) {
    const tail = source.tail(path, bytes)
    if (tail.length < bytes || holdsLines(tail, CONTINUED.lines)) return tail
  }
}

/** The files of one session in other project folders: one that was taken up in another working directory is written there. */
export function sameSessionElsewhere(source: Source, folder: string, stem: string): string[] {
  if (folder === '') return []
  const root = above(folder)
  const file = `${stem}.jsonl`
  const asked = source.shared(`claude_code sessions asked for below ${root}`, () => ({ looks: 0, projects: source.names(root) }))
  asked.looks += asked.projects.length
  const pathIn = (project: string) => below(below(root, project), file)
  // What is not there is no file that a row would depend on.
  const isThere = (path: string) => source.watch(() => source.facts(path)).value !== null
  const projects = asked.looks > FEW_LOOKS ? [projectsBySession(source, root).get(file) ?? []].flat() : asked.projects
  const found = projects.map(pathIn).filter(path => path !== below(folder, file))
  return asked.looks > FEW_LOOKS ? found : found.filter(isThere)
}

/** For so many looks none of the projects is listed: who reads a few rows asks for a few sessions. */
const FEW_LOOKS = 1000

/** Names of projects by the files in them; nearly every session lies in one project alone. */
function projectsBySession(source: Source, root: string): ReadonlyMap<string, string | string[]> {
  return source.shared(`claude_code projects by session below ${root}`, () => {
    const index = new Map<string, string | string[]>()
    for (const [name, files] of projectsBelow(source, root))
      for (const file of files) {
        if (!file.endsWith('.jsonl')) continue
        const known = index.get(file)
        if (known === undefined) index.set(file, name)
        else if (typeof known === 'string') index.set(file, [known, name])
        else known.push(name)
      }
    return index
  })
}
