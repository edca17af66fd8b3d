import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Compat } from '../../compat.ts'
import { RunFolder } from '../../dataset/run/folder.ts'
import { writeJson } from '../../json/exact.ts'
import { DatasetSeedSource } from '../../seed/dataset.ts'
import { LocalFileSeedSource } from '../../seed/file.ts'
import type { SeedSource } from '../../seed/seed.ts'
import { DataDesignerConfigBuilder } from '../builder.ts'
import { configAsRun } from '../config-as-run.ts'
import { continued } from '../continue.ts'
import type { Stage } from './stage.ts'

/** Rows that a stage is made over: where they are below the workflow's folder, or elsewhere. */
export type StageSeed = { folder: string; path: string; compat: Compat | null }

/** The config of a stage with the rows of the one before as its seed; the builder that was given is left as it is. */
export function stageBuilder({ builder, samplingStrategy, selectionStrategy }: Stage, seed: StageSeed | null): DataDesignerConfigBuilder {
  const next = new DataDesignerConfigBuilder({ modelConfigs: [...builder.modelConfigs] })
  next.columns.push(...builder.columns)
  next.processors.push(...builder.processors)
  next.constraints.push(...builder.constraints)
  next.toolConfigs.push(...builder.toolConfigs)
  Object.assign(next.carried, builder.carried)
  next.baseFolder = builder.baseFolder
  next.seedConfig = builder.seedConfig
  if (seed === null) return next
  next.baseFolder = resolve(seed.folder)
  return next.withSeedDataset(sourceOf(seed), { samplingStrategy, selectionStrategy })
}

/** A config without columns, whose processors work on the rows that a stage made. */
export function outputBuilder({ builder, outputProcessors }: Stage, seed: StageSeed): DataDesignerConfigBuilder {
  const next = continued(builder, sourceOf(seed))
  next.baseFolder = resolve(seed.folder)
  for (const processor of outputProcessors) next.addProcessor(processor)
  return next
}

/** Hash of all that decides the rows of a stage; where its workflow is does not. `before`: that of the stage before. */
export function stageFingerprint(
  stage: Stage,
  config: DataDesignerConfigBuilder,
  numRecords: number | null,
  before: string | null,
): string {
  const { onSuccessVersion, outputProcessors, output, allowEmpty } = stage
  return createHash('sha256')
    .update(
      writeJson({
        config: configAsRun(config)['data_designer'] ?? null,
        num_records: numRecords,
        on_success_version: onSuccessVersion,
        output_processors: outputProcessors.map(processor => processor.toJSON()),
        output,
        allow_empty: allowEmpty,
        before,
      }),
    )
    .digest('hex')
}

/** Under compat rows are read as Data Designer reads the files it wrote. */
function sourceOf({ folder, path, compat }: StageSeed): SeedSource {
  if (compat === null || !/^[^.]*$|[\\/][^.\\/]*$/.test(path)) return new DatasetSeedSource({ path })
  const isRun = RunFolder.isRun(resolve(folder, path))
  return new LocalFileSeedSource({ path: `${path}${isRun ? '/parts' : ''}/*.parquet` })
}
