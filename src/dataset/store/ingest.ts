import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StageForm } from '../../codec/codec.ts'
import type { StoreChanges } from '../../codec/store-value.ts'
import { lockFolder } from '../../disk/lock.ts'
import { refuseOccupied } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { type Found, findUnits, type UnitRef } from '../../rollout/find.ts'
import { DEFAULT_PARSE_OPTIONS } from '../../rollout/format.ts'
import { fullestFirst } from '../../rollout/fullest-first.ts'
import { formatNamed } from '../../rollout/known-formats.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import { openLogs } from '../../rollout/read.ts'
import type { Reject } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { systemReason } from '../../system-error.ts'
import { AdmittedBatch } from '../stage/admitted-batch.ts'
import { FileSizes } from '../stage/file-sizes.ts'
import { type StagedBatch, stageUnits } from '../stage/pool.ts'
import { StagedFiles } from '../stage/staged-rows.ts'
import { StateFolder } from '../stage/state-folder.ts'
import { Admission } from './admission.ts'
import { type StoreOptions, storeTypesOf } from './column-types.ts'
import { type Entry, entryId, type IndexedRow, refId } from './entries.ts'
import { readIndex } from './index-files.ts'
import { STORE_OPTIONS, type StoreIngestOptions, type StoreIngestResult } from './ingest-options.ts'
import { formOf, MANIFEST, type Manifest, openManifest, STORE_NAMES, sweepLeftovers } from './manifest.ts'
import { inOrder, isWorthResuming, lookAtUnits, needsParsing, type Planned, standingsOf } from './plan.ts'
import { SHARD_BYTES } from './shards.ts'
import { tellSilent } from './silent.ts'
import { toldAnew } from './told-anew.ts'
import { type Admitted, StoreWriter } from './writer.ts'

/** Bring a store up to date with logs: only what is new or changed is parsed, and a crash at any time leaves the old state or the new. */
export async function ingestToStore(options: StoreIngestOptions): Promise<StoreIngestResult> {
  refuseUnknownOptions(options, STORE_OPTIONS, 'ingestToStore')
  return ingestInto(options, null)
}

/** Another pass follows when a pass changed what rows of units it did not parse should be; a chain of parents settles in a few. */
const MAX_PASSES = 4

/** Logs that were parsed elsewhere: units in the order in which they claim ids, and their rows in batches of that order. */
export type ParsedElsewhere = Pick<Found, 'skipped' | 'roots'> & { planned: Planned[]; batches: AsyncIterable<StagedBatch> }

/** Make a new store of logs that were parsed elsewhere, as if they had been parsed here. */
export function storeParsed(options: StoreIngestOptions, parsed: ParsedElsewhere): Promise<StoreIngestResult> {
  return ingestInto(options, parsed)
}

async function ingestInto(options: StoreIngestOptions, elsewhere: ParsedElsewhere | null): Promise<StoreIngestResult> {
  if (!existsSync(join(options.folder, MANIFEST))) refuseOccupied(options.folder, 'a store', STORE_NAMES, options.force)
  using _lock = await lockFolder(options.folder, { what: 'store', holder: 'another ingest' })
  const before = new Set(readdirSync(options.folder))
  try {
    return await new StoreIngest(options, elsewhere).run()
  } catch (error) {
    // What finds nothing to read leaves nothing behind; what is the lock's goes with the lock.
    if (!existsSync(join(options.folder, MANIFEST)))
      for (const name of Object.keys(STORE_NAMES))
        if (!before.has(name)) rmSync(join(options.folder, name), { recursive: true, force: true })
    if (error instanceof TracewrightError || (error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new TracewrightError('file', `Cannot write store '${options.folder}': ${systemReason(error)}`, { cause: error })
  }
}

class StoreIngest {
  private readonly options: StoreIngestOptions
  private readonly elsewhere: ParsedElsewhere | null
  private readonly storeOptions: StoreOptions
  private readonly types: StoreTypes
  private readonly writer: StoreWriter
  private readonly entries: Map<string, Entry>
  private readonly form: StageForm
  private readonly files: StagedFiles
  private readonly parsed = new Set<string>()
  private readonly resumed = new Set<string>()
  private bytesRead = 0
  private readonly manifest: Manifest
  private readonly changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }

  constructor(options: StoreIngestOptions, elsewhere: ParsedElsewhere | null) {
    this.options = options
    this.elsewhere = elsewhere
    const { branches, context } = { ...DEFAULT_PARSE_OPTIONS, ...options }
    this.storeOptions = { branches, context, compat: options.compat ?? null }
    this.types = storeTypesOf(this.storeOptions)
    const manifest = openManifest(options.folder, this.storeOptions, options.codec ?? null)
    this.manifest = manifest
    sweepLeftovers(options.folder, manifest)
    this.files = new StagedFiles(options.folder)
    this.entries = readIndex(options.folder, manifest)
    this.form = formOf(manifest)
    const { folder, shardBytes = SHARD_BYTES } = options
    this.writer = new StoreWriter({ folder, manifest, types: this.types, entries: this.entries, shardBytes }, this.files, this.changes)
  }

  async run(): Promise<StoreIngestResult> {
    let found: Found | null = null
    try {
      found = this.elsewhere === null ? await this.find() : null
      const { skipped, roots, planned: plan, changed } = found === null ? { ...this.elsewhere!, changed: null } : await this.planOf(found)
      const units = plan.filter(({ ref }) => ref !== null).length
      let todo = this.withToldAnew(found, plan, changed ?? plan)
      const needed = todo.length
      for (let pass = 0; pass < MAX_PASSES && todo.length > 0 && !this.options.signal?.aborted; pass++) todo = await this.pass(plan, todo)
      const gone = this.markGone(plan)
      const counts = await this.writer.finish()
      new StateFolder(this.options.folder).sweep(this.idsThatAreThere())
      const interrupted = this.options.signal?.aborted === true && this.parsed.size < needed
      return {
        found: units,
        parsed: this.parsed.size,
        resumed: this.resumed.size,
        bytesRead: this.bytesRead,
        unchanged: units - needed,
        trainableTwice: this.manifest.trainable_twice ?? { messages: 0, tokens: 0 },
        ...counts,
        gone,
        skipped,
        roots: [...new Set(roots)],
        changes: this.changes,
        interrupted,
      }
    } finally {
      this.writer.abort()
      this.files[Symbol.dispose]()
      for (const source of found?.sources ?? []) source[Symbol.dispose]()
    }
  }

  private async find(): Promise<Found> {
    const found = await findUnits({ ...this.options, known: (root, path) => this.knownFormat(root, path) }, true)
    // Where there is nothing, and never was, the reader says where it looked.
    if (found.units.length === 0 && this.entries.size === 0) (await openLogs(this.options)).close()
    return found
  }

  /** What there is, and what of it has to be parsed. */
  private async planOf({ units, skipped, sources }: Found): Promise<Omit<ParsedElsewhere, 'batches'> & { changed: Planned[] }> {
    const looked = lookAtUnits(units, this.entries)
    const changed = new Set(looked.filter(needsParsing))
    if (changed.size > 0) tellSilent(looked, changed)
    const isRanked = changed.size > 0 && this.storeOptions.compat === null
    const ordered = isRanked ? await fullestFirst(units, standingsOf(looked)) : units
    const planned = changed.size === 0 ? looked : inOrder(looked, ordered)
    return { planned, changed: planned.filter(unit => changed.has(unit)), skipped, roots: sources.map(({ root }) => root) }
  }

  /** What is parsed, in the order of the plan, with what the logs among it tell of others. */
  private withToldAnew(found: Found | null, plan: readonly Planned[], changed: readonly Planned[]): Planned[] {
    if (found === null || changed.length === 0 || this.storeOptions.compat !== null) return [...changed]
    const all = new Set([...changed, ...toldAnew(found.units, plan, changed)])
    return plan.filter(planned => all.has(planned))
  }

  /** Parse units, and let all units claim their ids in order; gives those whose rows are not right any more. */
  private async pass(plan: readonly Planned[], todo: readonly Planned[]): Promise<Planned[]> {
    const admission = this.admission()
    const parsing = new Set(todo)
    const again = new Set<Planned>()
    const fresh = new Set<string>()
    for (const planned of plan) if (planned.ref === null) admission.hold(planned)
    const batches = this.stage(todo, admission.taken)[Symbol.asyncIterator]()
    let batch: AdmittedBatch<Admitted> | null = null
    try {
      for (const planned of plan) {
        if (!parsing.has(planned)) {
          if (!admission.reclaim(planned)) again.add(planned)
          continue
        }
        if (batch === null) {
          if (this.options.signal?.aborted) break
          const next = await batches.next()
          if (next.done) throw new TracewrightError('defect', 'A unit was parsed and did not come back')
          batch = new AdmittedBatch(next.value, this.types)
          this.count(next.value)
        }
        const before = new Set(this.entries.get(planned.id)?.came.rows.map(row => row.stored))
        const { entry, ledger, rejects } = admission.admit(planned, batch)
        this.tell(planned.id, ledger, rejects, todo.length)
        for (const { stored } of entry.came.rows) if (stored !== null && !before.has(stored)) fresh.add(stored)
        if (!batch.isComplete) continue
        await this.write(batch)
        batch = null
      }
    } finally {
      await batches.return?.()
      this.manifest.trainable_twice = admission.trainableTwice
    }
    // Rows that name a parent or a root that has only now come may say more of it when they are parsed again.
    const isOrphan = (row: IndexedRow) =>
      (row.parent !== null && fresh.has(row.parent)) || (row.root !== null && row.root !== row.id && fresh.has(row.root))
    for (const planned of plan)
      if (!parsing.has(planned) && planned.ref !== null && planned.known?.came.rows.some(isOrphan)) again.add(planned)
    return plan.filter(planned => again.has(planned) && planned.ref !== null)
  }

  private count({ units }: StagedBatch): void {
    for (const { ref, staged } of units) {
      this.bytesRead += staged.bytesRead
      if (staged.resumed) this.resumed.add(refId(ref))
    }
  }

  private admission(): Admission {
    const { entries, writer, changes } = this
    return new Admission({ entries, writer, changes, keepsIds: this.storeOptions.compat !== null })
  }

  private stage(todo: readonly Planned[], taken: readonly string[]): AsyncIterable<StagedBatch> {
    if (this.elsewhere !== null) return this.elsewhere.batches
    const { workers, heapMB } = this.options
    const stage = {
      parse: { branches: this.storeOptions.branches, context: this.storeOptions.context },
      compat: this.storeOptions.compat !== null,
      recursive: this.options.recursive ?? true,
      store: this.options.folder,
      shape: { form: this.form, types: this.types },
      facts: true,
    }
    const sizes = new FileSizes()
    for (const { root, files } of todo) for (const [file, size] of files) sizes.set(root, file, size)
    const pool = {
      files: this.files,
      taken,
      sizes,
      ...(workers === undefined ? {} : { workers }),
      ...(heapMB === undefined ? {} : { heapMB }),
    }
    return stageUnits(
      todo.map(planned => ({ ...(planned.ref as UnitRef), resumeAs: isWorthResuming(planned) ? planned.id : null })), // as it was found here
      stage,
      pool,
    )
  }

  private async write({ batch, admitted }: AdmittedBatch<Admitted>): Promise<void> {
    for (const file of batch.files) this.files.hold(file)
    await this.writer.take(batch, admitted)
    for (const file of batch.files) this.files.letGo(file)
  }

  /** A unit that is parsed again is told once. */
  private tell(id: string, ledger: LedgerSummary, rejects: Reject[], total: number): void {
    if (this.parsed.has(id)) return
    const done = this.parsed.add(id).size
    this.options.onUnit?.(ledger, rejects, { done, total: Math.max(total, done) })
  }

  /** Units whose files were there when they were looked for last. */
  private *idsThatAreThere(): Iterable<string> {
    for (const [id, { reading }] of this.entries) if (reading.gone === null) yield id
  }

  private markGone(plan: readonly Planned[]): number {
    const since = new Date().toISOString()
    const gone = plan.filter(planned => planned.isGone && this.entries.has(planned.id))
    for (const { id } of gone) {
      const entry = this.entries.get(id)!
      if (entry.reading.gone === null) this.writer.put(id, { reading: { ...entry.reading, gone: since }, came: entry.came })
    }
    return gone.length
  }

  /** Which format read a log. Where one format reads all, as of one agent, it is found by the id that it then has. */
  private knownFormat(root: string, path: string): UnitRef['format'] | null {
    this.first ??= this.entries.values().next().value?.reading.format ?? ''
    if (this.entries.has(entryId({ format: this.first, root, key: path }))) return formatNamed(this.first)
    this.formats ??= formatsOf(this.entries.values())
    const name = this.formats.get(root)?.get(path)
    return name === undefined ? null : formatNamed(name)
  }

  private first: string | null = null
  private formats: Map<string, Map<string, string>> | null = null
}

/** The formats of logs that a store knows, by root and by path below it. */
function formatsOf(entries: Iterable<Entry>): Map<string, Map<string, string>> {
  const formats = new Map<string, Map<string, string>>()
  for (const { reading } of entries) {
    const { root, files, format } = reading
    const known = formats.get(root) ?? new Map<string, string>()
    formats.set(root, known.set(files[0]![0], format))
  }
  return formats
}
