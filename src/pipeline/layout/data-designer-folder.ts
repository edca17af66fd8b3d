import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeBatches } from '../../dataset/run/batches.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { refuseOccupied } from '../../disk/overwrite.ts'
import { readText } from '../../disk/read-file.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { readJsonOr, writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import { ownValue } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import { isCount } from '../../whole-number.ts'
import { DROPPED } from '../rows/run.ts'
import { FolderAnalysis } from './folder-analysis.ts'
import { folderConfig, unknownThere } from './folder-config.ts'

/** How a run is written in Data Designer's layout. */
export type LayoutOptions = {
  /** Put it in the place of one that is there, or between other things. Default false. */
  force?: boolean
  /** Rows of a batch. Default 1000, as there: it goes on only with batches of the size that it is told. */
  bufferSize?: number
}

/** What was written in Data Designer's layout. */
export type LayoutReport = {
  /** The folder. */
  path: string
  /** Rows of the dataset. */
  rows: number
  /** Files they are in. */
  batches: number
  /** Whether what was dropped of the rows is there, too. */
  has_dropped_columns: boolean
  /** Processors whose rows are there. */
  processors: string[]
  /** What could not be written so, and why. */
  notes: string[]
}

/** What Data Designer's layout consists of. */
const OWN = {
  'parquet-files': /^batch_\d{5,}\.parquet(?:\.tmp)?$/,
  'dropped-columns-parquet-files': /^batch_\d{5,}\.parquet(?:\.tmp)?$/,
  'processors-files': true,
  images: true,
  'builder_config.json': true,
  'metadata.json': true,
} as const

/**
 * Write a run as Data Designer leaves one on disk: `parquet-files/batch_00000.parquet`, what was dropped and what processors made beside it,
 * `metadata.json` and `builder_config.json`. `metadata.json` is written when all else is there.
 */
export async function exportDataDesignerFolder(run: string, output: string, options: LayoutOptions = {}): Promise<LayoutReport> {
  refuseUnknownOptions(options, ['force', 'buffer_size'], 'exportDataDesignerFolder')
  const { force = false, bufferSize = 1000 } = options
  if (!isCount(bufferSize, 1))
    throw new TracewrightError('usage', `Cannot write batches of ${bufferSize} rows: expected a whole number from 1`)
  const folder = new RunFolder(run)
  const manifest = folder.readManifest()
  if (manifest === null)
    throw new TracewrightError('usage', `Cannot write '${run}' in Data Designer's layout: it is no run`, {
      hint: 'Name the folder of a run, which tracewright create made',
    })
  prepare(output, force)
  const read = readJsonOr(readText(folder.config))
  const config = folderConfig(isObject(read) ? read : {})
  writeWhole(join(output, 'builder_config.json'), writeJson(config, 2))
  const analysis = new FolderAnalysis(config, manifest.compat !== null)
  const write = (processor: string | null, into: string, onRow?: (row: Row) => void) =>
    writeBatches(folder, manifest, { processor, into, size: bufferSize, ...(onRow === undefined ? {} : { onRow }) })
  const files = await write(null, join(output, 'parquet-files'), row => analysis.add(row))
  const notes: string[] = []
  const unknown = unknownThere(config)
  if (unknown.length > 0)
    notes.push(`builder_config.json holds what Data Designer does not know (${unknown.join(', ')}): it opens the rows, not the config`)
  const dropped = await writeDropped(write, manifest, { output, notes })
  const processors: { [name: string]: string[] } = {}
  for (const name of Object.keys(manifest.artifacts).filter(name => name !== DROPPED)) {
    if (isFileName(name)) processors[name] = await write(name, join(output, 'processors-files', name))
    else notes.push(`What processor ${writeJson(name)} made is left out: its name is none of a folder`)
  }
  if (existsSync(join(run, 'images'))) cpSync(join(run, 'images'), join(output, 'images'), { recursive: true })
  const under = (place: string, names: string[]) => names.map(name => `${place}/${name}`)
  const metadata: JsonObject = {
    actual_num_records: manifest.rows,
    buffer_size: bufferSize,
    column_statistics: analysis.statistics(manifest, folder),
    dataset_name: manifest.dataset_name,
    file_paths: {
      'parquet-files': under('parquet-files', files),
      ...(Object.keys(processors).length === 0
        ? {}
        : {
            'processor-files': Object.fromEntries(
              Object.entries(processors).map(([name, made]) => [name, under(`processors-files/${name}`, made)]),
            ),
          }),
    },
    num_completed_batches: files.length,
    // What it is to have is what it has: rows that failed would be made anew under other draws.
    original_target_num_records: manifest.rows,
    preserve_dropped_columns: dropped,
    target_num_records: manifest.rows,
    total_num_batches: files.length,
  }
  writeWhole(join(output, 'metadata.json'), writeJson(metadata, 2))
  return {
    path: output,
    rows: manifest.rows,
    batches: files.length,
    has_dropped_columns: dropped,
    processors: Object.keys(processors),
    notes,
  }
}

/** What was dropped stands row by row beside the rows, or it says nothing. */
async function writeDropped(
  write: (processor: string, into: string) => Promise<string[]>,
  { rows, artifacts }: RunManifest,
  { output, notes }: { output: string; notes: string[] },
): Promise<boolean> {
  const parts = ownValue(artifacts, DROPPED)?.parts
  if (parts === undefined) return false
  const kept = parts.reduce((sum, part) => sum + part.rows, 0)
  if (kept === rows) await write(DROPPED, join(output, 'dropped-columns-parquet-files'))
  else notes.push(`What was dropped is left out: it is there of ${kept} of ${rows} rows, and could not be put beside them`)
  return kept === rows
}

/**
 * A folder for the layout: one that is in it gives way where that was said. It is known by its config, which is written first and without
 * which nothing in a folder is taken away.
 */
function prepare(output: string, force: boolean): void {
  if (!force && existsSync(join(output, 'metadata.json')))
    throw new TracewrightError('usage', `Cannot write into '${output}': a dataset is there already`, {
      hint: 'Name another folder, or put this one in its place with --force (force: true)',
    })
  const isThere = existsSync(join(output, 'builder_config.json'))
  refuseOccupied(output, WHAT, isThere ? OWN : {}, force)
  if (isThere) for (const name of ['metadata.json', ...Object.keys(OWN)]) rmSync(join(output, name), { recursive: true, force: true })
  const stranger = FOLDERS.find(name => existsSync(join(output, name)))
  if (stranger !== undefined)
    throw new TracewrightError('usage', `Cannot put ${WHAT} into '${output}': a '${stranger}' of something else is there`, {
      hint: 'Name a folder that is empty or not there yet',
    })
  makeFolder(output)
}

const WHAT = "a dataset in Data Designer's layout"
const FOLDERS = ['parquet-files', 'dropped-columns-parquet-files', 'processors-files', 'images']

/** Whether a name is that of one folder, on every system. */
function isFileName(name: string): boolean {
  return !/[/\\:*?"<>|\0]/.test(name) && !/^\.{0,2}$/.test(name)
}

function writeWhole(path: string, text: string): void {
  const file = new WholeFile(path)
  file.write(text)
  file.close()
}
