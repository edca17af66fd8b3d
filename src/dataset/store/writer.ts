import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StageForm } from '../../codec/codec.ts'
import type { StoreChanges } from '../../codec/store-value.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { StoredFacts } from '../facts.ts'
import type { StagedBatch } from '../stage/pool.ts'
import type { RowFate, StagedFiles, StagedPart } from '../stage/staged-rows.ts'
import type { Entry, IndexedRow } from './entries.ts'
import { withFacts } from './facts-file.ts'
import { writeIndex } from './index-files.ts'
import { joinShards } from './join.ts'
import { commitManifest, formOf, type Manifest, type Shard } from './manifest.ts'
import { growingName, OpenShard } from './shards.ts'

/** What is to be written of a unit: its entry, whose rows stand where those of the batch do, and what becomes of each of these, and its facts as it is written. */
export type Admitted = { id: string; entry: Entry; fates: RowFate[]; facts: StoredFacts[] }

/** Shards smaller than this part of a full one are joined when there are more than a few. */
const SMALL = 1 / 8
const MAX_SMALL = 8
/** What a row takes on the disk, as a share of its JSON. */
const SHARE_ON_DISK: { readonly [form in StageForm]: number } = { pages: 1 / 8, lines: 1 }

/**
 * Writes rows of a store. New units are committed as shards fill, so that a long ingest that is cut short loses little; rows that take
 * the place of others wait for the end, when the others are taken out in the same commit.
 */
export class StoreWriter {
  private readonly folder: string
  private readonly types: StoreTypes
  private manifest: Manifest
  private readonly entries: Map<string, Entry>
  private readonly shardBytes: number
  private readonly added: Lane
  private readonly replacing: Lane
  private readonly changed = new Map<string, Entry>() // since the last commit, with rows that are in it
  private readonly late = new Map<string, Entry>() // changed together with rows that are taken out at the end
  private readonly renames = new Map<string, Map<string, string | null>>() // shard → trace id → another, or null for none
  private counts = { added: 0, replaced: 0 }

  constructor(
    store: { folder: string; manifest: Manifest; types: StoreTypes; entries: Map<string, Entry>; shardBytes: number },
    staged: StagedFiles,
    changes: StoreChanges,
  ) {
    const { folder, manifest, types, shardBytes } = store
    this.folder = folder
    this.manifest = manifest
    this.types = types
    this.entries = store.entries
    this.shardBytes = shardBytes
    const start = () => new OpenShard(folder, manifest, types, staged, changes)
    this.added = new Lane(shardBytes, start)
    this.replacing = new Lane(shardBytes, start)
  }

  /** Write what is left of a batch: rows of units that have rows in the store go where those can be taken out in the same commit. */
  async take({ parts }: StagedBatch, units: readonly Admitted[]): Promise<void> {
    const rows = units.flatMap(({ id, entry, fates, facts }) => {
      const isKnown = this.entries.get(id)?.came.rows.some(row => row.shard !== null) ?? false
      return fates.map((fate, i) => ({ fate, row: entry.came.rows[i]!, facts: facts[i]!, lane: isKnown ? this.replacing : this.added }))
    })
    for (const [lane, name] of [
      [this.added, 'added'],
      [this.replacing, 'replaced'],
    ] as const) {
      let first = 0
      for (const part of parts) {
        const here = rows.slice(first, (first += part.rows))
        const fates = here.map(({ fate, lane: wanted }) => (wanted === lane ? fate : 'drop'))
        const taken = here.filter((_, i) => fates[i] !== 'drop')
        if (taken.length === 0) continue
        await lane.take(part, fates, taken)
        this.counts[name] += taken.length
      }
    }
    for (const { id, entry } of units) {
      const lane = this.entries.get(id)?.came.rows.some(row => row.shard !== null) ? this.replacing : this.added
      this.dropReplaced(id, entry)
      this.entries.set(id, entry)
      lane.pending.set(id, entry)
    }
    await this.added.endBatch()
    await this.replacing.endBatch()
    if (this.added.isClean) await this.checkpoint()
  }

  /** Change what is known of a unit without changing its rows. */
  put(id: string, entry: Entry): void {
    this.entries.set(id, entry)
    this.late.set(id, entry)
  }

  /** Give a stored row another id, or take it out: its log cannot be read again. */
  rename(id: string, row: IndexedRow, stored: string | null): void {
    const entry = this.entries.get(id)!
    this.change(row, stored)
    const changed = { ...row, stored, shard: stored === null ? null : row.shard }
    const { rows, rejects } = entry.came
    this.put(id, { reading: entry.reading, came: { rows: rows.map(other => (other === row ? changed : other)), rejects } })
  }

  /** Commit everything and give the balance. */
  async finish(): Promise<{ rows: number; added: number; replaced: number }> {
    await this.added.seal()
    await this.replacing.seal()
    const shards = [...this.manifest.shards, ...this.added.sealed, ...this.replacing.sealed]
    for (const lane of [this.added, this.replacing]) for (const [id, entry] of lane.pending) this.changed.set(id, entry)
    this.clearLanes()
    const tidy = await this.tidied(shards)
    for (const id of this.late.keys()) this.changed.set(id, this.entries.get(id)!)
    await this.commit(tidy)
    return { rows: this.manifest.shards.reduce((sum, shard) => sum + shard.rows, 0), ...this.counts }
  }

  /** Leave nothing behind that was not committed. */
  abort(): void {
    for (const lane of [this.added, this.replacing]) lane.abort(this.folder)
  }

  private async checkpoint(): Promise<void> {
    if (this.added.sealed.length === 0) return
    for (const [id, entry] of this.added.pending) this.changed.set(id, entry)
    const shards = [...this.manifest.shards, ...this.added.sealed]
    this.added.sealed = []
    this.added.pending.clear()
    await this.commit(shards, [...this.replacing.sealed])
  }

  private async commit(bare: Shard[], keep: Shard[] = []): Promise<void> {
    const shards = await withFacts(this.folder, this.manifest, bare)
    if (
      this.changed.size === 0 &&
      shards.length === this.manifest.shards.length &&
      shards.every((shard, i) => shard === this.manifest.shards[i])
    )
      return
    const index = writeIndex(this.folder, this.manifest, this.changed, () => this.committed())
    this.manifest.shards = shards
    this.manifest.index = index
    commitManifest(this.folder, this.manifest, [...keep.flatMap(({ file, facts = [] }) => [file, facts].flat()), ...this.openFiles()])
    this.changed.clear()
  }

  /** Entries as far as their rows are committed. */
  private committed(): Map<string, Entry> {
    const pending = new Set([...this.added.pending.keys(), ...this.replacing.pending.keys(), ...this.late.keys()])
    return new Map([...this.entries].filter(([id]) => !pending.has(id)))
  }

  private openFiles(): string[] {
    return [this.added, this.replacing].flatMap(lane => (lane.open === null ? [] : [growingName(lane.open.file)]))
  }

  private clearLanes(): void {
    for (const lane of [this.added, this.replacing]) {
      lane.sealed = []
      lane.pending.clear()
    }
  }

  private dropReplaced(id: string, entry: Entry): void {
    const kept = new Set(entry.came.rows.flatMap(row => (row.shard === null ? [] : `${row.stored} ${row.shard}`)))
    for (const row of this.entries.get(id)?.came.rows ?? []) if (!kept.has(`${row.stored} ${row.shard}`)) this.change(row, null)
  }

  private change(row: IndexedRow, stored: string | null): void {
    if (row.shard === null || row.stored === null) return
    const ids = this.renames.get(row.shard) ?? new Map<string, string | null>()
    this.renames.set(row.shard, ids.set(row.stored, stored))
  }

  /** Shards with what was renamed and taken out, small neighbours joined. */
  private async tidied(shards: readonly Shard[]): Promise<Shard[]> {
    const limit = this.shardBytes * SHARE_ON_DISK[formOf(this.manifest)]
    const isSmall = (shard: Shard) => shard.bytes < limit * SMALL
    const joins = shards.filter(isSmall).length > MAX_SMALL
    const groups: Shard[][] = []
    for (const shard of shards) {
      const group = groups.at(-1)
      const bytes = group?.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0
      if (joins && group && isSmall(shard) && group.every(isSmall) && bytes + shard.bytes <= limit) group.push(shard)
      else groups.push([shard])
    }
    const tidy: Shard[] = []
    const moved = new Map<string, string>()
    for (const group of groups) {
      const renames = new Map(group.flatMap(({ file }) => [...(this.renames.get(file) ?? [])]))
      if (group.length === 1 && renames.size === 0) tidy.push(group[0]!)
      else {
        const joined = await joinShards(this.folder, this.manifest, group, renames, this.types)
        if (joined === null) continue
        for (const { file } of group) moved.set(file, joined.file)
        tidy.push(joined)
      }
    }
    this.renames.clear()
    if (moved.size > 0) this.relocate(moved)
    return tidy
  }

  private relocate(moved: ReadonlyMap<string, string>): void {
    for (const [id, entry] of this.entries) {
      const { rows, rejects } = entry.came
      if (!rows.some(row => row.shard !== null && moved.has(row.shard))) continue
      const relocated = rows.map(row => ({ ...row, shard: row.shard === null ? null : (moved.get(row.shard) ?? row.shard) }))
      this.put(id, { reading: entry.reading, came: { rows: relocated, rejects } })
    }
  }
}

/** Shards that fill one after the other. */
class Lane {
  open: OpenShard | null = null
  sealed: Shard[] = []
  readonly pending = new Map<string, Entry>() // units whose rows are not committed
  private readonly start: () => OpenShard
  private isSplit = false // the unit at hand has rows in a shard that is full already

  private readonly limit: number

  constructor(limit: number, start: () => OpenShard) {
    this.limit = limit
    this.start = start
  }

  /** Whether no unit is partly in the open shard. */
  get isClean(): boolean {
    return this.open === null
  }

  /** Write rows of a part, as their fates say; `rows` are those that are kept. */
  async take(part: StagedPart, fates: readonly RowFate[], rows: readonly { row: IndexedRow; facts: StoredFacts }[]): Promise<void> {
    this.open ??= this.start()
    for (const { row } of rows) row.shard = this.open.file
    await this.open.take(
      part,
      fates,
      rows.map(({ facts }) => facts),
    )
    if (this.open.bytes < this.limit) return
    this.isSplit = true
    await this.seal()
  }

  /** A commit is possible where a batch ends with its shard. */
  async endBatch(): Promise<void> {
    if (this.isSplit) await this.seal()
    this.isSplit = false
  }

  async seal(): Promise<void> {
    const shard = this.open
    this.open = null
    if (shard !== null) this.sealed.push(await shard.seal())
  }

  abort(folder: string): void {
    if (this.open !== null) this.open.discard()
    for (const { file } of this.sealed) rmSync(join(folder, 'rows', file), { force: true })
  }
}
