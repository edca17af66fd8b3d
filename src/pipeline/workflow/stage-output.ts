import { isAbsolute, relative, resolve } from 'node:path'
import { openDataset } from '../../dataset/open-dataset.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import { TracewrightError } from '../../errors.ts'
import { ownValue } from '../../json/own.ts'
import { percentDecoded } from '../../percent-decoded.ts'
import type { DatasetCreationResults } from '../results/creation-results.ts'
import { processorOf, type Stage } from './stage.ts'

/** Where the rows are that a stage hands on: its own, or those a processor made beside them. */
export function outputOf(stage: Stage, own: DatasetCreationResults, processed: DatasetCreationResults | null): string {
  const processor = processorOf(stage.output)
  if (processor === null) return (processed ?? own).path
  const isOutput = stage.outputProcessors.some(({ name }) => name === processor)
  return new RunFolder((isOutput ? processed! : own).path).parts(processor)
}

/** How many rows are at a place: a run, a store, a folder or a file of rows. Throws where there is nothing of the kind. */
export async function recordsAt(path: string): Promise<number> {
  const run = runAround(path)
  if (run !== null) return run
  await using dataset = await openDataset(path)
  return await dataset.count()
}

/** The rows of a run by what its manifest says, also where there are none and so no files. */
function runAround(path: string): number | null {
  if (RunFolder.isRun(path)) return new RunFolder(path).readManifest()!.rows
  const artifacts = /^(.*)[\\/]artifacts[\\/]([^\\/]+)$/.exec(path)
  if (artifacts === null || !RunFolder.isRun(artifacts[1]!)) return null
  const made = ownValue(new RunFolder(artifacts[1]!).readManifest()!.artifacts, percentDecoded(artifacts[2]!))
  return (made?.parts ?? []).reduce((sum, { rows }) => sum + rows, 0)
}

/** A path below the workflow's folder as it is kept: a folder may be moved. */
export function keptPath(folder: string, path: string): string {
  const below = relative(folder, resolve(path))
  return below.startsWith('..') || isAbsolute(below) ? resolve(path) : below.replaceAll('\\', '/')
}

/** What stages are handed instead of what those before them gave, checked. Throws where it names no stage or no rows. */
export async function overridesFrom(given: { readonly [stage: string]: string }, names: readonly string[]): Promise<Map<string, string>> {
  const overrides = new Map(Object.entries(given).map(([name, path]) => [name, resolve(path)]))
  for (const [name, path] of overrides) {
    if (!names.includes(name))
      throw new TracewrightError('usage', `Cannot replace the output of stage '${name}': expected one of ${names.join(', ')}`)
    await recordsAt(path)
  }
  return overrides
}
