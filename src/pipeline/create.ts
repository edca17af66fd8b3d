import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RunFolder } from '../dataset/run/folder.ts'
import { runRows } from '../dataset/run/rows.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import type { DataDesignerConfigBuilder } from './config/builder.ts'
import type { CreateSettings } from './creation/create-options.ts'
import { Creation } from './creation/creation.ts'
import { providersGoingOn } from './creation/run-providers.ts'
import { startRun } from './creation/run-start.ts'
import { standInsOf } from './engine.ts'
import { ReplyMemory } from './replies/reply-memory.ts'
import { DatasetCreationResults } from './results/creation-results.ts'

/** Make a dataset in a folder. See `DataDesigner.create`. */
export async function createDataset(builder: DataDesignerConfigBuilder, settings: CreateSettings): Promise<DatasetCreationResults> {
  const { artifactPath = 'artifacts', datasetName = basename(settings.path ?? 'dataset') } = settings
  const folder = new RunFolder(settings.path ?? join(artifactPath, datasetName))
  folder.refuseOccupied(settings.force ?? false)
  const lock = await folder.lock()
  const replies = settings.repliesPath !== undefined && existsSync(settings.repliesPath) ? ReplyMemory.onDisk(settings.repliesPath) : null
  let named = { ...settings, datasetName }
  {
    using _lock = lock
    using _replies = replies
    named = {
      ...settings,
      datasetName,
      earlier: replies ?? settings.earlier,
      providers: providersGoingOn(settings.providers, folder.readManifest()?.terms?.providers ?? []),
    }
    const start = startRun(folder, builder, named)
    for (const note of start.notes)
      if ((await settings.onConfigChange?.(note)) === false)
        throw new TracewrightError('usage', `Did not resume '${folder.path}'. ${note}`, {
          hint: 'Go on with --yes, or choose another place',
        })
    if (!start.isDone) await new Creation(builder, named, folder, start).run()
    await finishDataset(builder, folder, { isNew: !start.isDone, signal: settings.signal ?? null })
  }
  return new DatasetCreationResults(folder.path, builder, {
    seedColumns: builder.seedConfig?.source.columns ?? [],
    standIns: standInsOf(builder.askedModels, named.providers),
  })
}

/** Let processors work on the dataset, if it is whole. */
async function finishDataset(
  { processors }: DataDesignerConfigBuilder,
  folder: RunFolder,
  { isNew, signal }: { isNew: boolean; signal: AbortSignal | null },
): Promise<void> {
  const manifest = folder.readManifest()
  if (manifest?.status !== 'complete') return
  async function* rows(): AsyncIterable<Row> {
    for await (const row of runRows(folder, manifest!)) {
      signal?.throwIfAborted()
      yield row
    }
  }
  for (const processor of processors) await processor.finish?.({ rows: rows(), folder: folder.exports(processor.name), isNew })
}
