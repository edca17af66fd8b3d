import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { TracewrightError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { fnmatch } from '../python/fnmatch.ts'
import { compareCodePoints } from '../python/text.ts'
import { systemReason } from '../system-error.ts'
import type { DefaultRoot, RolloutFormat, Unit } from './format.ts'
import * as formats from './formats.ts'
import { judgeHead } from './log/head.ts'
import { kindOf } from './log/regular-file.ts'
import { type Skipped, Source } from './log/source.ts'
import { passedOver } from './passed-over.ts'

/** Name of a rollout format. */
export type FormatName = (typeof formats)[keyof typeof formats]['name']

/** All formats, by name. */
export const formatByName: ReadonlyMap<string, RolloutFormat> = new Map(Object.values(formats).map(format => [format.name, format]))

/** Which logs to find. */
export type FindOptions = {
  format: FormatName | 'auto' // 'auto' judges each file by its content
  path?: string | null // folder or one file; default: where the agent keeps its logs
  filePattern?: string | null // on base names; default: the format's own patterns
  recursive?: boolean // default true
  compat?: 'data_designer' | null // one file is one unit, patterns and folders as Data Designer has them
  env?: NodeJS.ProcessEnv // default process.env
  platform?: NodeJS.Platform // default process.platform
  known?: (root: string, path: string) => RolloutFormat | null // format of a file that was judged before, under 'auto'
}

/** One thing to parse, with the format and the folder it belongs to. */
export type UnitRef = { format: RolloutFormat; source: Source; unit: Unit }

/** What was found: things to parse in their order, and matching files that are no sessions. */
export type Found = { units: UnitRef[]; sources: Source[]; skipped: Skipped[]; roots: string[]; matched: number }

/** The format of that name. Throws with the nearest correct one. */
export function formatNamed(name: string): RolloutFormat {
  const format = formatByName.get(name)
  if (format !== undefined) return format
  const guess = nearest(name, formatByName.keys())
  throw new TracewrightError('usage', `Unknown rollout format '${name}': expected one of ${[...formatByName.keys()].join(', ')}, auto`, {
    ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
  })
}

/** Absolute path of a default folder, with the producer's environment variable honoured. */
export function rootPath(root: DefaultRoot, env: NodeJS.ProcessEnv = process.env): string {
  const override = root.env === undefined ? undefined : env[root.env]
  return override ? resolve(override, root.below ?? '') : join(env['HOME'] ?? homedir(), root.path)
}

/** The folders of a format on a system. */
export function rootsOn(format: RolloutFormat, platform: NodeJS.Platform = process.platform): readonly DefaultRoot[] {
  return format.roots.filter(({ on }) => on === undefined || on === platform)
}

/** Find logs. Reads no bodies, but for the first bytes of each file under `format: 'auto'`. */
export async function findUnits(options: FindOptions): Promise<Found> {
  const found: Found = { units: [], sources: [], skipped: [], roots: [], matched: 0 }
  const wanted = options.format === 'auto' ? [...formatByName.values()] : [formatNamed(options.format)]
  if (options.path) await findBelow(resolve(options.path), wanted, options, found)
  else for (const format of wanted) await findDefaults(format, options, found)
  found.units.sort((a, b) => compareCodePoints(a.source.root, b.source.root) || compareCodePoints(a.unit.key, b.unit.key))
  return found
}

/** The format a file looks like, by its path and first records, however long these are; null where it looks like none. */
export async function sniffFormat(source: Source, path: string): Promise<RolloutFormat | null> {
  return judgeHead(source, path, head => formatLike(path, head))
}

function formatLike(path: string, head: string): RolloutFormat | null {
  return formatByName.values().find(format => format.sniff(path, head)) ?? null
}

async function findBelow(path: string, wanted: RolloutFormat[], options: FindOptions, found: Found): Promise<void> {
  const stats = statSync(path, { throwIfNoEntry: false })
  found.roots.push(path)
  if (stats === undefined) {
    const message = options.compat ? `Path ${path} is not a directory` : `Cannot read '${path}': there is no such file or folder`
    throw new TracewrightError('file', message)
  }
  const kind = stats.isDirectory() ? null : kindOf(stats)
  if (kind !== null) throw new TracewrightError('file', `Cannot read '${path}': found ${kind}, expected a folder or a regular file`)
  const source = openSource(stats.isDirectory() ? path : dirname(path), found)
  const listed = stats.isDirectory() ? null : [basename(path)]
  if (wanted.length === 1) return addUnits(wanted[0]!, source, listed, options, found)
  const patterns = options.filePattern ? [options.filePattern] : [...new Set(wanted.flatMap(format => format.patterns))]
  const files = listed ?? source.list({ patterns, recursive: options.recursive ?? true, skipped: found.skipped })
  const groups = new Map<RolloutFormat, string[]>()
  for (const file of files) {
    const format = options.known?.(source.root, file) ?? (await judged(source, file, found.skipped))
    if (format === null) continue
    if (groups.has(format)) groups.get(format)!.push(file)
    else groups.set(format, [file])
  }
  for (const [format, members] of groups) await addUnits(format, source, members, options, found)
}

/** The format a file looks like; a file of none, or one that cannot be read, is skipped with the reason. */
async function judged(source: Source, path: string, skipped: Skipped[]): Promise<RolloutFormat | null> {
  try {
    let head = ''
    const format = await judgeHead(source, path, text => formatLike(path, (head = text)))
    if (format === null) skipped.push(passedOver(path, head))
    return format
  } catch (error) {
    skipped.push({ path, reason: `Cannot read file: ${systemReason(error)}` })
    return null
  }
}

async function findDefaults(format: RolloutFormat, options: FindOptions, found: Found): Promise<void> {
  const compat = options.compat ? format.dataDesigner : null
  const roots: readonly DefaultRoot[] =
    compat === null ? rootsOn(format, options.platform) : compat.root === null ? [] : [{ path: compat.root }]
  if (roots.length === 0 && options.format !== 'auto')
    throw new TracewrightError('usage', `A path is required for format '${format.name}': ${format.title} logs have no usual place`, {
      hint: 'Name the folder that holds them',
    })
  const searched = new Set<string>() // a variable may name the same folder for two roots
  for (const root of roots) {
    const path = rootPath(root, options.env)
    const folders = (root.folders ?? ['']).filter(folder => !searched.has(join(path, folder)))
    for (const folder of folders) searched.add(join(path, folder))
    const single = compat === null ? (root.files ?? []) : []
    found.roots.push(...[...folders, ...single].map(name => join(path, name)))
    if (folders.length + single.length === 0 || !existsSync(path)) continue
    const source = openSource(path, found)
    const patterns = patternsOf(format, options)
    const inFolder = (folder: string) => (folder === '' ? [''] : source.names('').includes(folder) ? [folder] : [])
    const files = folders
      .flatMap(inFolder)
      .flatMap(folder => source.list({ patterns, recursive: options.recursive ?? true, skipped: found.skipped, folder }))
    const isSingle = (name: string) => single.some(pattern => fnmatch(pattern)(name)) && patterns.some(pattern => fnmatch(pattern)(name))
    if (single.length > 0) files.push(...source.names('').filter(name => isSingle(name) && source.facts(name) !== null))
    await addUnits(format, source, files, options, found)
  }
}

async function addUnits(format: RolloutFormat, source: Source, listed: string[] | null, options: FindOptions, found: Found): Promise<void> {
  const patterns = patternsOf(format, options)
  const files = listed ?? source.list({ patterns, recursive: options.recursive ?? true, skipped: found.skipped })
  found.matched += files.length
  const units = options.compat ? compatUnits(format, files, found.skipped) : await format.discover(source, files, found.skipped)
  found.units.push(...units.map(unit => ({ format, source, unit })))
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
