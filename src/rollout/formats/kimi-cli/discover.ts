import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { type Kind, kindByHead } from './sniff.ts'

/** What discovery tells parsing: whose log it is, and where what was shown of a session is. */
export type UnitHint = { kind: Kind; rotated: string[]; wire: string | null }

/** One unit per log of Kimi Code, and one per folder of Kimi CLI, whose context may lie in several files. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const taken = new Set<string>()
  for (const file of [...files].sort(contextsFirst)) {
    if (taken.has(file)) continue
    const kind = await kindOf(source, file, files.length === 1)
    if (kind === null) skipped.push({ path: file, reason: 'Not a Kimi log' })
    else {
      const unit = kind === 'code' ? codeUnit(source, file) : cliUnit(source, file, kind)
      if (taken.has(unit.key)) continue
      units.push(unit)
      for (const path of [unit.key, ...(unit.hint as UnitHint).rotated, (unit.hint as UnitHint).wire ?? unit.key]) taken.add(path)
    }
  }
  return units
}

/** A file asked for alone becomes a unit whatever it is, so that its reject says why not. */
async function kindOf(source: Source, file: string, isAlone: boolean): Promise<Kind | null> {
  const kind = await judgeHead(source, file, kindByHead).catch(() => 'code' as const)
  if (kind !== null) return kind
  if (CONTEXT.test(posix.basename(file)) && (source.facts(file)?.size ?? 0) > 0) return 'context'
  return isAlone ? 'code' : null
}

function codeUnit(source: Source, file: string): Unit {
  const state = stateOf(source, file)
  const hint: UnitHint = { kind: 'code', rotated: [], wire: null }
  return { key: file, files: [file, ...(state === null ? [] : [state])], hint }
}

/** The file that says what is known of a session of Kimi Code. */
export function stateOf(source: Source, file: string): string | null {
  const folder = posix.dirname(file)
  const above = posix.basename(posix.dirname(folder)) === 'agents' ? posix.dirname(posix.dirname(folder)) : folder
  const path = above === '.' ? 'state.json' : `${above}/state.json`
  return source.facts(path) === null ? null : path
}

function cliUnit(source: Source, file: string, kind: 'context' | 'wire'): Unit {
  const folder = posix.dirname(file)
  const inFolder = (name: string) => (folder === '.' ? name : `${folder}/${name}`)
  const base = posix.basename(plainName(file))
  if (base !== 'wire.jsonl' && !CONTEXT.test(base)) return { key: file, files: [file], hint: { kind, rotated: [], wire: null } }
  const names = new Set(source.names(folder))
  const contexts = [...names].filter(name => CONTEXT.test(name)).sort((a, b) => numberOf(a) - numberOf(b))
  const wire = names.has('wire.jsonl') ? inFolder('wire.jsonl') : null
  // The last one is what the model has; those with numbers are what it had before.
  const last = contexts.at(-1)
  if (last === undefined) return { key: file, files: [file], hint: { kind: 'wire', rotated: [], wire: null } }
  const rotated = contexts.slice(0, -1).map(inFolder)
  const beside = ['state.json', 'meta.json'].filter(name => names.has(name)).map(inFolder)
  const hint: UnitHint = { kind: 'context', rotated, wire }
  return { key: inFolder(last), files: [inFolder(last), ...rotated, ...(wire === null ? [] : [wire]), ...beside], hint }
}

const CONTEXT = /^context(?:_(\d+))?\.jsonl$/

function numberOf(name: string): number {
  return Number(CONTEXT.exec(name)?.[1] ?? Infinity)
}

function contextsFirst(a: string, b: string): number {
  const rank = (path: string) => (posix.basename(path) === 'wire.jsonl' ? 1 : 0)
  return rank(a) - rank(b)
}
