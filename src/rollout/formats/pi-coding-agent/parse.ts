import type { Outcome } from '../../../row.ts'
import { damageDiagnostics } from '../../conversation/damage.ts'
import type { Diagnostic, RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Ledger } from '../../log/ledger.ts'
import { childRows, numberChildren } from './child-rows.ts'
import { completePath } from './concurrency.ts'
import { type Entry, isDialogue } from './entry.ts'
import { diagnosticAt, type Session, sessionRow } from './facts.ts'
import { isKnownType } from './header.ts'
import { keyOf } from './lineage.ts'
import { notesOf } from './notes.ts'
import { type OpenedSession, openSession } from './open-session.ts'
import { SessionTree } from './paths.ts'
import type { SessionLog } from './read.ts'
import { sessionsIn } from './sections.ts'

/** Rows of one session: the path that counts, the others on demand, and the transcripts of agents it holds. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const { source, ledger, options } = job
  const file = unit.files[0]!
  const opened = await openSession(unit, job)
  if ('foreign' in opened) {
    yield { reject: { at: unit.key, reason: opened.foreign } }
    return
  }
  const damage = damageDiagnostics(ledger)
  for (const [i, session] of (await sessionsIn(opened, source, file)).entries())
    yield* rowsOf(session, i === 0 ? damage : [], { source, ledger, options, file })
}

/** Where a session is read from, and what for. */
type Reading = Pick<ParseJob, 'source' | 'ledger' | 'options'> & { file: string }

function* rowsOf(opened: OpenedSession, damage: Diagnostic[], { source, ledger, options, file }: Reading): Iterable<Outcome<RolloutRow>> {
  const { log, lineage, archived, prompts, status, notes } = opened
  const tree = new SessionTree(log.entries)
  const active = completePath(tree, tree.activePath())
  const onPath = new Set(active.path)
  const leaves = tree.leaves().filter(leaf => !onPath.has(leaf))
  const session: Session = {
    traceId: opened.traceId,
    path: file,
    absolutePath: source.absolute(file),
    log,
    lineage,
    prompts,
    status,
    notes: {
      ...notesOf(log),
      ...notes,
      ...(leaves.length > 0 ? { other_branches: leaves.length } : {}),
      ...(archived === null ? {} : { archived }),
    },
    diagnostics: [
      ...damage,
      ...logDiagnostics(log, file, opened.namedId),
      ...tree.oddities.map(({ code, entry, detail }) => diagnosticAt(code, entry.place, detail)),
    ],
    ledger,
    context: options.context,
  }
  const numbers = numberChildren(log.entries)
  const entriesAt = (path: readonly number[]) => path.map(index => log.entries[index]!)
  const said = new Set<Entry>()
  const walked = new Set<Entry>()
  const isNew = (entry: Entry) => !said.has(entry)

  function* rowsOfPath(path: Entry[], added: Entry[], leaf: Entry | null): Iterable<Outcome<RolloutRow>> {
    const own = path.filter(isNew)
    const row = sessionRow(session, path, entry => said.has(entry), leaf === null ? {} : branchFacts(session, leaf))
    for (const entry of path) walked.add(entry)
    if (row === null) return
    for (const entry of path) said.add(entry)
    if (added.length > 0) row.diagnostics.push(concurrencyDiagnostic(added))
    yield { row }
    const children = own.filter(entry => !lineage.shared.has(keyOf(entry) ?? ''))
    for (const child of childRows(session, children, row.trace_id, numbers)) yield { row: child }
  }

  yield* rowsOfPath(entriesAt(active.path), active.added, null)
  if (options.branches === 'all')
    for (const leaf of leaves) {
      const { path, added } = completePath(tree, tree.pathTo(leaf))
      const entries = entriesAt(path)
      if (entries.some(entry => isNew(entry) && isDialogue(entry))) yield* rowsOfPath(entries, added, log.entries[leaf]!)
    }
  settleRest(log.entries, walked, ledger, `v${log.header?.version ?? 'unknown'}`)
}

function branchFacts({ traceId, lineage }: Session, leaf: Entry) {
  return {
    trace_id: `${traceId}#${leaf.id}`,
    relation: 'branch' as const,
    parent_trace_id: traceId,
    root_session_id: lineage.rootId ?? traceId,
  }
}

function logDiagnostics(log: SessionLog, file: string, nameId: string | null): Diagnostic[] {
  const found: Diagnostic[] = []
  if (log.header === null && log.run === null) found.push({ code: 'missing_header', at: file, detail: null })
  if (nameId !== null && log.header !== null && log.header.id !== nameId)
    found.push({ code: 'foreign_header', at: file, detail: { id: log.header.id } })
  for (const { place } of log.laterHeaders) found.push(diagnosticAt('second_header', place))
  if (log.unfinished !== null) found.push(diagnosticAt('unfinished_message', log.unfinished, 'The stream breaks off in a message'))
  return found
}

function concurrencyDiagnostic(added: Entry[]): Diagnostic {
  const detail = { entries: added.length, lines: added.slice(0, 10).map(({ place }) => place.line) }
  return diagnosticAt('concurrent_writers', added[0]!.place, detail)
}

/** Entries that made no message: state, settings, what the model was not sent, and the paths that were left. */
function settleRest(entries: readonly Entry[], walked: ReadonlySet<Entry>, ledger: Ledger, version: string): void {
  for (const entry of entries) {
    if (ledger.isSettled(entry.place)) continue
    if (entry.type !== 'leaf' && !isKnownType(entry.type)) ledger.unknown(entry.place, entry.type === '' ? 'none' : entry.type, version)
    else if (isDialogue(entry) && !walked.has(entry)) ledger.settle(entry.place, 'abandoned', 'another branch')
    else ledger.settle(entry.place, 'metadata')
  }
}
