import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { kindOf } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { fnmatch } from '../python/fnmatch.ts'
import { systemReason } from '../system-error.ts'
import { addTo } from './add-to.ts'
import { rootPath, rootsOn } from './default-roots.ts'
import type { DefaultRoot, RolloutFormat, Unit } from './format.ts'
import { gzippedLog } from './gzipped-log.ts'
import { tellJoined } from './joined-files.ts'
import { FileJudge, formatLike } from './judge-file.ts'
import { type FormatName, formatByName, formatNamed } from './known-formats.ts'
import { judgeHead } from './log/head.ts'
import { type Skipped, Source } from './log/source.ts'
import { comparePlaces, placeOf, type UnitPlace } from './unit-place.ts'

/** Which logs to find. */
export type FindOptions = {
  /** A name; 'auto' judges each file by its content; a format of another package is given itself. */
  format: FormatName | 'auto' | RolloutFormat
  /** Folder or one file; default: where the agent keeps its logs. */
  path?: string | null
  /** On base names; default: the format's own patterns. */
  filePattern?: string | null
  /** Default true. */
  recursive?: boolean
  /** One file is one unit, patterns and folders as Data Designer has them. */
  compat?: 'data_designer' | null
  /** Default process.env. */
  env?: NodeJS.ProcessEnv
  /** Default process.platform. */
  platform?: NodeJS.Platform
  /** Format of a file that was judged before. */
  known?: (root: string, path: string) => RolloutFormat | null
}

/** One thing to parse, with the format and the folder it belongs to. */
export type UnitRef = {
  /** The format it is read with. */
  format: RolloutFormat
  /** The folder it is read from. */
  source: Source
  /** What is parsed as one. */
  unit: Unit
  /** Where it stands among the others; left out: where its folder and its key say. */
  place?: UnitPlace
}

type Finding = FindOptions & { isForAll: boolean }

/** What was found: things to parse in their order, and matching files that are no sessions. */
export type Found = { units: UnitRef[]; sources: Source[]; skipped: Skipped[]; roots: string[]; matched: number }

/**
 * Find logs. Reads no bodies; of files below a folder that was named, their first bytes, to judge whose they are. `isForAll`: all that is
 * found will be read, so that what logs ask of their neighbours is found out at once, and not by every thread.
 */
export async function findUnits(options: FindOptions, isForAll = false): Promise<Found> {
  const found: Found = { units: [], sources: [], skipped: [], roots: [], matched: 0 }
  const wanted = options.format === 'auto' ? [...formatByName.values()] : [formatNamed(options.format)]
  if (options.path) await findBelow(resolve(options.path), wanted, { ...options, isForAll }, found)
  else for (const format of wanted) await findDefaults(format, { ...options, isForAll }, found)
  found.units.sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))
  return found
}

/** The format a file looks like, by its path and first records, however long these are; null where it looks like none. */
export async function sniffFormat(source: Source, path: string): Promise<RolloutFormat | null> {
  return judgeHead(source, path, head => formatLike(path, head))
}

const NAME_LOGS = 'Name a folder or a file of logs; tracewright scan lists those of this machine'

async function findBelow(path: string, wanted: RolloutFormat[], options: Finding, found: Found): Promise<void> {
  const stats = statSync(path, { throwIfNoEntry: false })
  found.roots.push(path)
  if (stats === undefined) {
    if (options.compat) throw new TracewrightError('file', `Path ${path} is not a directory`)
    throw new TracewrightError('file', `Cannot read '${path}': there is no such file or folder`, { hint: NAME_LOGS })
  }
  const kind = stats.isDirectory() ? null : kindOf(stats)
  if (kind !== null) throw new TracewrightError('file', `Cannot read '${path}': found ${kind}, expected a folder or a regular file`)
  const source = openSource(stats.isDirectory() ? path : dirname(path), found)
  await addBelow(source, stats.isDirectory() ? null : [basename(path)], wanted, options, found)
  addSizes(source, found.skipped)
}

/** The files below one folder, or the one that was named. */
async function addBelow(source: Source, named: string[] | null, wanted: RolloutFormat[], options: Finding, found: Found): Promise<void> {
  const only = wanted.length === 1 ? wanted[0]! : null
  const isTold = only !== null || options.filePattern
  const patterns = isTold ? patternsOf(wanted[0]!, options) : [...new Set(wanted.flatMap(format => format.patterns))]
  const files = named ?? listLogs(source, patterns, options, found)
  // The reference reads what is named, whatever it looks like.
  if (only !== null && options.compat) return addUnits(only, source, files, options, found)
  const judge = new FileJudge(source, wanted, found.skipped, options.isForAll)
  const groups = new Map<RolloutFormat, string[]>()
  for (const file of files) {
    const known = options.known?.(source.root, file) ?? null
    const isKnown = known !== null && (only === null || known === only)
    const judged = isKnown ? known : judge.formatOf(file)
    // Of very many files, to wait for each takes longer than to judge it.
    const format = judged instanceof Promise ? await judged : judged
    if (format !== null) addTo(groups, format, file)
  }
  if (named === null && (options.recursive ?? true) && !options.filePattern) judge.sawAll(files)
  for (const [format, members] of groups) await addUnits(format, source, members, options, found)
  if (only === null) tellJoined(source, found)
}

/** The files that match. Logs that gzip has packed match none of a format's patterns, and are told where they do not lie beside themselves. */
function listLogs(source: Source, patterns: readonly string[], options: Finding, found: Found): string[] {
  const isAsked = options.filePattern || options.compat
  const all = isAsked ? patterns : [...patterns, PACKED]
  const listed = source.list({ patterns: all, recursive: options.recursive ?? true, skipped: found.skipped })
  if (isAsked) return listed
  const isPacked = fnmatch(PACKED)
  const packed = listed.filter(isPacked)
  if (packed.length === 0) return listed
  const files = listed.filter(file => !isPacked(file))
  const plain = new Set(files)
  for (const file of packed) {
    const log = plain.has(file.replace(/\.gz$/, '')) ? null : packedLog(source, file)
    if (log !== null) found.skipped.push(log)
  }
  return files
}

const PACKED = '*.gz'

/** Whose log a packed file is; null where it looks like none, for much else is packed so. */
function packedLog(source: Source, file: string): Skipped | null {
  try {
    const packed = gzippedLog(source, file)
    return packed?.isLoud ? packed : null
  } catch (error) {
    return { path: file, reason: `Cannot read file: ${systemReason(error)}`, isLoud: true }
  }
}

async function findDefaults(format: RolloutFormat, options: Finding, found: Found): Promise<void> {
  const compat = options.compat ? format.dataDesigner : null
  const roots: readonly DefaultRoot[] =
    compat === null ? rootsOn(format, options.platform) : compat.root === null ? [] : [{ path: compat.root }]
  if (roots.length === 0 && options.format !== 'auto')
    throw new TracewrightError('usage', `A path is required for format '${format.name}': ${format.title} logs have no usual place`, {
      hint: 'Name the folder that holds them',
    })
  const searched = new Set<string>() // a variable, or a link, may name the same folder for two roots
  for (const root of roots) {
    const path = rootPath(root, options.env)
    const isNew = (place: string) => searched.size < searched.add(place).size
    const folders = (root.folders ?? ['']).filter(folder => isNew(realPlace(join(path, folder))))
    const single = compat === null ? (root.files ?? []).filter(pattern => isNew(join(realPlace(path), pattern))) : []
    found.roots.push(...[...folders, ...single].map(name => join(path, name)))
    if (folders.length + single.length === 0 || !existsSync(path)) continue
    const source = openSource(path, found)
    const patterns = patternsOf(format, options)
    const inFolder = (folder: string) => (folder === '' ? [''] : source.names('').includes(folder) ? [folder] : [])
    const files = folders
      .flatMap(inFolder)
      .flatMap(folder => source.list({ patterns, recursive: options.recursive ?? true, skipped: found.skipped, folder }))
    const isSingle = (name: string) => single.some(pattern => fnmatch(pattern)(name)) && patterns.some(pattern => fnmatch(pattern)(name))
    if (single.length > 0) for (const name of source.names('')) if (isSingle(name) && source.facts(name) !== null) files.push(name)
    const before = found.skipped.length
    if (options.isForAll && compat === null) await noteAll(format, source, files, options)
    await addUnits(format, source, files, options, found)
    addSizes(source, found.skipped.slice(before))
    for (const named of compat === null ? ((await format.namedRoots?.(source)) ?? []) : []) {
      if (isNew(realPlace(named))) await findNamed(format, named, options, found)
    }
  }
}

/** Find out what logs will ask of their neighbours; whose they are is clear from where they lie. */
async function noteAll(format: RolloutFormat, source: Source, files: readonly string[], options: Finding): Promise<void> {
  if (format.end === undefined && format.beginsWith === undefined) return
  const judge = new FileJudge(source, [format], [], true)
  for (const file of files) if (!options.known?.(source.root, file)) await judge.formatOf(file)
  if ((options.recursive ?? true) && !options.filePattern) judge.sawAll(files)
}

/** A path without the links on it; as it is where nothing is there. */
function realPlace(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The logs in a folder that an agent has noted down; what became of it since is no fault of the others. */
async function findNamed(format: RolloutFormat, path: string, options: FindOptions, found: Found): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return
  found.roots.push(path)
  try {
    const source = openSource(path, found)
    const files = source.list({ patterns: patternsOf(format, options), recursive: false, skipped: found.skipped })
    await addUnits(format, source, files, options, found)
  } catch (error) {
    found.skipped.push({ path, reason: `Cannot read folder: ${systemReason(error)}`, isLoud: true })
  }
}

/** How much each file holds that was passed over. */
function addSizes(source: Source, skipped: Skipped[]): void {
  for (const one of skipped) {
    const facts = source.facts(one.path)
    if (facts !== null) one.size = facts.size
  }
}

async function addUnits(format: RolloutFormat, source: Source, files: string[], options: FindOptions, found: Found): Promise<void> {
  found.matched += files.length
  const units = options.compat ? compatUnits(format, files, found.skipped) : await format.discover(source, files, found.skipped)
  for (const unit of units) found.units.push({ format, source, unit })
}

function patternsOf(format: RolloutFormat, options: FindOptions): readonly string[] {
  if (options.filePattern) return [options.filePattern]
  return options.compat && format.dataDesigner !== null ? [format.dataDesigner.pattern] : format.patterns
}

function compatUnits(format: RolloutFormat, files: readonly string[], skipped: Skipped[]): Unit[] {
  const reader = format.dataDesigner
  if (reader === null) throw new TracewrightError('usage', `Format '${format.name}' has no compat mode: Data Designer does not read it`)
  return files.flatMap(file => {
    if (reader.isHandled(file)) return { key: file, files: [file] }
    if (reader.warnsUnhandled(file)) skipped.push({ path: file, reason: `Skipping unhandled ${format.name} file` })
    return []
  })
}

function openSource(path: string, found: Found): Source {
  try {
    const source = new Source(path)
    source.names('')
    found.sources.push(source)
    return source
  } catch (error) {
    throw new TracewrightError('file', `Cannot read '${path}': ${systemReason(error)}`, {
      cause: error,
    })
  }
}
