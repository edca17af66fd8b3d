import { existsSync, statSync } from 'node:fs'
import { closing } from '../closing.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { filesOf } from '../dataset/dataset-files.ts'
import { AskedCells } from '../dataset/run/asked-cells.ts'
import { RunFolder } from '../dataset/run/folder.ts'
import type { RunManifest } from '../dataset/run/manifest.ts'
import { RunPictures } from '../dataset/run/pictures.ts'
import { RunRejects } from '../dataset/run/rejects.ts'
import { commandFor } from '../dataset/run/run-command.ts'
import { type RunLife, runLife } from '../dataset/run/run-life.ts'
import { readText } from '../disk/read-file.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson, stringOrNull } from '../json/json.ts'
import type { BillSummary } from '../pipeline/creation/bill.ts'
import { recordPictures } from '../view/record-pictures.ts'
import { visible, visibleJson, visibleLine } from '../visible.ts'
import { notFound } from './answer.ts'
import type { FailedRow, RunPage, RunRow, RunRows } from './api.ts'
import { clip } from './clip.ts'
import { failedRow } from './failed-row.ts'
import { type PictureBytes, pictureBytes } from './picture.ts'
import { ReplyTail } from './reply-tail.ts'
import { failureGroups, funnelOf } from './run-losses.ts'
import { cellText, runRow } from './run-row.ts'
import { currentSource, type FoundSource } from './sources.ts'

/** A run that is watched: all that is said of it is read from its folder, whichever process writes there. */
export class OpenRun {
  private readonly found: FoundSource
  private readonly folder: RunFolder
  private readonly replies: ReplyTail
  private readonly asked: AskedCells
  private reading: Promise<RunPage> | null = null
  private held: { version: string; rejects: JsonObject[] } | null = null

  constructor(found: FoundSource) {
    this.found = found
    this.folder = new RunFolder(found.path)
    this.replies = new ReplyTail(this.folder.cells)
    this.asked = new AskedCells(this.folder.asked)
  }

  /** How the run stands. Who asks meanwhile is told the same. */
  page(): Promise<RunPage> {
    this.reading ??= this.read().finally(() => {
      this.reading = null
    })
    return this.reading
  }

  private async read(): Promise<RunPage> {
    const manifest = this.manifest()
    const life = this.life(manifest)
    const rejects = this.rejects(manifest, life)
    const counts = await this.replies.read()
    const prompts = this.prompts()
    return {
      name: visibleLine(manifest.dataset_name),
      status: manifest.status,
      reason: manifest.reason === null ? null : visible(manifest.reason),
      started_at: manifest.started_at,
      seen_at: currentSource(this.found).updated_at,
      target: manifest.target.num_records,
      accept: manifest.target.accept === null ? null : visible(manifest.target.accept),
      rows: manifest.rows,
      max_cost_usd: manifest.terms?.max_cost_usd ?? null,
      usage: objectIn(this.folder.usage) as BillSummary | null,
      columns: this.plan().map(({ name, type, reads }) => ({
        name: visibleLine(name),
        type,
        reads: reads.map(visibleLine),
        replies: counts.columns.get(name) ?? 0,
        failed: rejects.filter(reject => reject['column'] === name).length,
        prompt: prompts.has(name) ? clip(prompts.get(name)!) : null,
      })),
      funnel: funnelOf(manifest, rejects, isOn(life) ? life.pulse : null),
      failures: failureGroups(rejects),
      replies: counts.total,
      life,
      retry: rejects.some(reject => reject['column'] !== null) ? visibleLine(commandFor(this.folder, 'retry')) : null,
      resume: manifest.status === 'complete' ? null : visibleLine(commandFor(this.folder, 'resume')),
    }
  }

  /** Whether the run lives: asked for again and again, and cheap. */
  life(manifest = this.manifest()): RunLife {
    const life = runLife(this.folder, manifest)
    return parseJson(visibleJson(writeJson(life as unknown as Json))) as unknown as RunLife
  }

  /** A row that failed, with what was asked for it and what came back. */
  async failure(row: string): Promise<FailedRow> {
    const manifest = this.manifest()
    const rejects = this.rejects(manifest, this.life(manifest))
    const rows = rejects.filter(reject => typeof reject['row'] === 'string' && reject['column'] !== null)
    const place = rows.findIndex(reject => reject['row'] === row)
    if (place < 0) throw notFound('failed row of this key: it may have been made since')
    const reject = rows[place]!
    const id = isObject(reject['asked']) ? stringOrNull(reject['asked']['id']) : null
    return failedRow(reject, { rows, place, cell: id === null ? null : await this.asked.find(id) })
  }

  /** Rows of the run, values by their beginnings, what was made first. */
  async rows(offset: number, limit: number): Promise<RunRows> {
    return this.withRows(async (rows, total) => {
      const columns = this.inOrder(rows.columns)
      const some: string[][] = []
      for (let i = offset; i < Math.min(total, offset + limit); i++) {
        const row = await rows.read(i)
        some.push(columns.map(column => cellText(row[column] ?? null)))
      }
      return { columns: columns.map(visibleLine), total, offset, rows: some }
    })
  }

  /** A row, whole. */
  async row(index: number): Promise<RunRow> {
    return this.withRows(async (rows, total) => {
      if (index >= total) throw notFound('row of this number')
      const types = new Map(this.plan().flatMap(({ makes, type }) => makes.map(column => [column, type] as const)))
      return runRow(await rows.read(index), { index, total, columns: this.inOrder(rows.columns), types, judged: this.judged() })
    })
  }

  /** A picture that a cell of a row holds, or names; null where there is none that may be shown. */
  async picture(index: number, column: number, nth: number): Promise<PictureBytes | null> {
    const held = await this.withRows(async (rows, total) => {
      const name = this.inOrder(rows.columns)[column]
      return index >= total || name === undefined ? null : ((await rows.read(index))[name] ?? null)
    })
    const read = (path: string) => new RunPictures(this.folder.path).read(path)
    const url = recordPictures(held, read)?.[nth]?.url ?? null
    return url === null ? null : pictureBytes(url)
  }

  private manifest(): RunManifest {
    const manifest = this.folder.readManifest()
    if (manifest === null) throw notFound('manifest of this run any more')
    return manifest
  }

  /** What could not be made; read again when there is more of it, or other. */
  private rejects(manifest: RunManifest, life: RunLife): readonly JsonObject[] {
    const stats = statSync(this.folder.rejects, { throwIfNoEntry: false })
    const isWritten = isOn(life)
    const version = `${manifest.rejects_bytes} ${manifest.rejects_replaced} ${stats?.mtimeMs} ${stats?.size} ${stats?.ino} ${isWritten}`
    if (this.held?.version !== version) this.held = { version, rejects: RunRejects.read(this.folder, manifest, { isWritten }) }
    return this.held.rejects
  }

  private async withRows<T>(action: (rows: Awaited<ReturnType<typeof openRowFiles>>, total: number) => Promise<T>): Promise<T> {
    const { files, types, counts } = filesOf(this.found.path)
    const rows = await openRowFiles(files, { types, counts })
    using _rows = closing(rows)
    return await action(rows, rows.size)
  }

  /** Columns that were made stand before those of the seed. */
  private inOrder(columns: readonly string[]): string[] {
    const made = new Set(this.plan().flatMap(({ makes }) => makes))
    return [...columns.filter(column => made.has(column)), ...columns.filter(column => !made.has(column))]
  }

  private plan(): { name: string; type: string; reads: string[]; makes: string[] }[] {
    const plan = objectIn(this.folder.plan)
    return listOf(plan?.['columns'])
      .filter(isObject)
      .map(column => ({
        name: String(column['name']),
        type: visibleLine(String(column['column_type'])),
        reads: listOf(column['reads']).map(String),
        makes: listOf(column['makes']).map(String),
      }))
  }

  /** The templates of prompts, by column. */
  private prompts(): ReadonlyMap<string, string> {
    return this.settings('prompt')
  }

  /** What judges quote, by column. */
  private judged(): ReadonlyMap<string, string> {
    return this.settings('evidence')
  }

  /** A setting of columns that is text, by column. */
  private settings(name: string): ReadonlyMap<string, string> {
    const config = objectIn(this.folder.config)
    const body = isObject(config?.['data_designer']) ? config['data_designer'] : config
    return new Map(
      listOf(body?.['columns'])
        .filter(isObject)
        .flatMap(column => {
          const text = stringOrNull(column[name])
          return text === null ? [] : [[String(column['name']), text] as const]
        }),
    )
  }
}

/** Whether the process of a run goes on with it. */
function isOn({ state }: RunLife): boolean {
  return state === 'working' || state === 'waiting'
}

/** A JSON file that somebody else writes may not be there yet. */
function objectIn(path: string): JsonObject | null {
  const value = existsSync(path) ? parseJson(readText(path)) : null
  return isObject(value) ? value : null
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
