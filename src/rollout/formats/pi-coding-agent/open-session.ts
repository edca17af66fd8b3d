import { TracewrightError } from '../../../errors.ts'
import type { JsonObject } from '../../../json/json.ts'
import type { Origin, RolloutOutcome } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { recogniseFile } from './discover.ts'
import { type Lineage, lineageOf } from './lineage.ts'
import { listStore, storeHint } from './openclaw/store.ts'
import { storedLineage } from './openclaw/stored-lineage.ts'
import { readStoredLog } from './openclaw/stored-log.ts'
import { windowsOf } from './openclaw/windows.ts'
import { readLog, type SessionLog } from './read.ts'
import { sessionName } from './session-name.ts'

/** A session as it was read, from a file of its own or from a store. */
export type OpenedSession = {
  log: SessionLog
  lineage: Lineage
  traceId: string
  namedId: string | null // the id that the place where it is kept gives it
  archived: string | null
  prompts: Origin
  status: RolloutOutcome['status']
  notes: JsonObject
}

/** Read a unit, and what tells where its session comes from; a file of another agent's is none. */
export async function openSession(unit: Unit, job: ParseJob): Promise<OpenedSession | { foreign: string }> {
  const { source } = job
  const file = unit.files[0]!
  const stored = storeHint(unit.hint)
  if (stored !== null) {
    const log = await readStoredLog(job, file, stored)
    const lineage = await storedLineage(source, file, stored.session, log.header, log.entries)
    const window = (await windowsOf(source, file)).byId.get(stored.session)
    return {
      log,
      lineage,
      traceId: stored.session,
      namedId: null,
      archived: stored.archived,
      prompts: lineage.isSubagent ? 'agent' : window?.isScheduled ? 'harness' : 'human',
      status: STATUSES.get(window?.status ?? '') ?? 'unknown',
      notes: window === undefined ? {} : { openclaw: window.described },
    }
  }
  const head = await recogniseFile(source, file)
  if (head.kind === 'store') {
    await listStore(source, file) // says why not
    throw new TracewrightError('rollout', 'Cannot list the sessions of the store', { where: file })
  }
  if (head.kind === 'foreign' || head.kind === 'unknown') return { foreign: head.reason }
  const log = await readLog(job, file)
  const lineage = await lineageOf(source, file, log.header, log.entries)
  const { id, stem, archived } = sessionName(file)
  return {
    log,
    lineage,
    traceId: id ?? log.header?.id ?? stem.replace(/_transcript$/, ''),
    namedId: id,
    archived,
    prompts: lineage.isSubagent || log.run !== null ? 'agent' : 'human',
    status: 'unknown',
    notes: {},
  }
}

/** How OpenClaw says a run ended that did not end by itself. */
const STATUSES: ReadonlyMap<string, RolloutOutcome['status']> = new Map([
  ['failed', 'failed'],
  ['timeout', 'failed'],
  ['killed', 'interrupted'],
])
