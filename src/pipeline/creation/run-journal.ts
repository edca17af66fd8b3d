import type { RunFolder } from '../../dataset/run/folder.ts'
import type { RunManifest, RunPart } from '../../dataset/run/manifest.ts'
import { RunParts } from '../../dataset/run/parts.ts'
import { RunRejects } from '../../dataset/run/rejects.ts'
import type { JsonObject } from '../../json/json.ts'
import { ownValue, setOwn } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { Artifacts } from '../processors/apply-processors.ts'
import type { Failure } from '../rows/failure.ts'

/** How rows become parts, and who is told of them. */
export type JournalOptions = { fromRollouts: boolean; partRows: number; onPart: (part: RunPart) => void }

/** Outcomes after which what is dealt with is made safe, though few rows came of them. */
const LONGEST_STRETCH = 10_000

/** How much of the seed is dealt with. */
export type DealtWith = { drawn: number; drawn_rows: number }

/**
 * Writes down what a run has made. What a commit has finished is safe; what was added since is made again after a kill. Rows can be
 * added while a commit is under way.
 */
export class RunJournal {
  readonly manifest: RunManifest
  private readonly folder: RunFolder
  private readonly options: JournalOptions
  private readonly rejects: RunRejects
  private readonly parts: RunParts
  private readonly artifacts = new Map<string, RunParts>()
  private committing: Promise<void> = Promise.resolve()
  private stretch = 0
  private made: number
  private declined: number

  constructor(folder: RunFolder, manifest: RunManifest, options: JournalOptions) {
    this.folder = folder
    this.manifest = manifest
    this.options = options
    this.made = manifest.rows
    this.declined = manifest.declined
    folder.make()
    folder.writeManifest(manifest)
    folder.removeStrays(manifest)
    this.rejects = new RunRejects(folder, manifest)
    this.parts = new RunParts(folder.parts(), { ...options, learnt: manifest.types })
  }

  /** Finished rows, those included that are not in a part yet. */
  get rows(): number {
    return this.made
  }

  /** What did not become a row that counts, committed or not. */
  get counts(): { declined: number; rejects: number } {
    return { declined: this.declined, rejects: this.rejects.counted.rejects }
  }

  /** Whether it is time to commit. */
  get isDue(): boolean {
    return this.stretch >= LONGEST_STRETCH || this.parts.isFull || [...this.artifacts.values()].some(parts => parts.isFull)
  }

  /** A row that was made, and what processors made beside it. */
  add(row: Row, artifacts: Artifacts): void {
    this.stretch++
    this.made++
    this.parts.add(row)
    for (const processor in artifacts) this.artifactsOf(processor).add(artifacts[processor]!)
  }

  /** A row that failed. */
  fail(failure: Failure): void {
    this.stretch++
    this.rejects.append(failure)
  }

  /** A row that was made and does not count. */
  decline(): void {
    this.stretch++
    this.declined++
  }

  /**
   * Make everything safe that was added so far: parts first, then the manifest that names them. `rejects`: those that are to be there
   * from now on, where some were made after all. Resolves when the commit before this one is done; `end` waits for the last.
   */
  async commit(dealtWith: DealtWith, rejects?: readonly JsonObject[]): Promise<void> {
    await this.committing
    this.stretch = 0
    const { manifest, declined } = this
    const counted = this.rejects.counted
    const rows = this.parts.take()
    const types = this.parts.learnt
    const artifacts = [...this.artifacts].map(([processor, parts]) => ({ processor, parts, rows: parts.take(), types: parts.learnt }))
    const write = async () => {
      const part = await this.parts.write(rows, manifest.parts.length)
      for (const made of artifacts) {
        const artifact = ownValue(manifest.artifacts, made.processor) ?? { parts: [], types: {} }
        setOwn(manifest.artifacts, made.processor, artifact)
        const file = await made.parts.write(made.rows, artifact.parts.length)
        if (file !== null) artifact.parts.push(file)
        artifact.types = made.types
      }
      if (part !== null) {
        manifest.parts.push(part)
        manifest.rows += part.rows
      }
      Object.assign(manifest, { ...dealtWith, types, declined, updated_at: new Date().toISOString() })
      if (rejects === undefined) this.folder.writeManifest(Object.assign(manifest, counted))
      else this.rejects.replace(rejects, manifest)
      if (part !== null) this.options.onPart(part)
    }
    this.committing = write()
    this.committing.catch(() => {}) // told by whoever waits for it next
  }

  /** Begin again from the first row. */
  beginAgain(): void {
    const { manifest } = this
    Object.assign(manifest, { drawn: 0, drawn_rows: 0, rows: 0, declined: 0, parts: [], artifacts: {} })
    this.made = 0
    this.declined = 0
    this.rejects.clear(manifest)
    this.folder.writeManifest(manifest)
    this.folder.removeStrays(manifest)
  }

  /** Say how the run ended, judged by what is committed. The parts can be read as one table from now on. */
  async end(judge: () => [status: RunManifest['status'], reason: string | null]): Promise<void> {
    const { manifest } = this
    await this.committing
    const [status, reason] = judge()
    await this.parts.align(manifest.parts)
    for (const [processor, { parts }] of Object.entries(manifest.artifacts)) await this.artifactsOf(processor).align(parts)
    Object.assign(manifest, { status, reason, updated_at: new Date().toISOString() })
    this.folder.writeManifest(manifest)
  }

  /** Let go of files. */
  [Symbol.dispose](): void {
    this.rejects[Symbol.dispose]()
  }

  private artifactsOf(processor: string): RunParts {
    let parts = this.artifacts.get(processor)
    if (parts === undefined) {
      const learnt: StoreTypes = ownValue(this.manifest.artifacts, processor)?.types ?? {}
      parts = new RunParts(this.folder.parts(processor), { ...this.options, fromRollouts: false, learnt })
      this.artifacts.set(processor, parts)
    }
    return parts
  }
}
