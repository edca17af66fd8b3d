import { posix } from 'node:path'
import { addTo } from '../../add-to.ts'
import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { kindByHead } from './sniff.ts'

/** What discovery tells parsing. */
export type UnitHint = { kind: 'folder' | 'events' | 'completion' }

/** One unit per folder of events, per log, and per completion. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  const folders = new Map<string, string[]>()
  const states: string[] = []
  for (const file of files) {
    const folder = posix.dirname(file)
    const base = posix.basename(file)
    if (/^event-\d+.*\.json$/.test(base)) addTo(folders, folder, file)
    else if (base === 'base_state.json') states.push(file)
    else {
      const kind = await judgeHead(source, file, head => kindByHead(file, head)).catch(() => 'events' as const)
      if (kind === 'event') addTo(folders, folder, file)
      else if (kind !== null || files.length === 1) units.push({ key: file, files: [file], hint: { kind: kind ?? 'events' } })
      else skipped.push({ path: file, reason: 'Not an OpenHands conversation' })
    }
  }
  for (const [folder, events] of folders) {
    const above = posix.dirname(folder)
    const state = `${above === '.' ? '' : `${above}/`}base_state.json`
    const beside = folder !== '.' && source.facts(state) !== null ? [state] : []
    units.push({ key: folder, files: [...events.sort(), ...beside], hint: { kind: 'folder' } })
  }
  const joined = new Set(units.flatMap(unit => unit.files))
  for (const path of states)
    skipped.push({
      path,
      reason: `State of a conversation, ${joined.has(path) ? 'joined to its events' : 'whose events are not beside it'}`,
    })
  return units
}
