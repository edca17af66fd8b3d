import type { RunManifest } from '../../dataset/run/manifest.ts'
import type { Engine } from '../engine.ts'
import type { RunOptions } from '../rows/run.ts'
import type { Bill } from './bill.ts'
import type { CreateOptions } from './create-options.ts'
import { drawRest } from './draw-rest.ts'
import { estimateRun } from './estimate.ts'

/** Whether a run is wanted for what it will take: a few rows are made, and whoever is to be asked is told what all will take. */
export async function isWanted(
  engine: Engine,
  options: RunOptions,
  manifest: RunManifest,
  { onEstimate, emptyBill, stop }: Asking,
): Promise<boolean> {
  if (onEstimate === undefined || stop.aborted) return true
  const { target, drawn_rows, drawn } = manifest
  const wanted = target.num_records ?? engine.size ?? 0
  const draw = (count: number) =>
    drawRest(
      engine,
      { ...manifest, target: { ...target, num_records: drawn_rows + count, accept: null } },
      { demand: null, stop, onRow: () => {} },
    ).outcomes
  const estimate = await estimateRun({
    plan: engine.plan,
    models: engine.models,
    rows: wanted - (target.accept === null ? drawn_rows : manifest.rows),
    draw,
    run: { ...options, first: drawn },
    emptyBill,
  })
  return estimate === null || stop.aborted || (await onEstimate(estimate)) !== false
}

/** Who is asked, what a bill begins as, and what ends the asking. */
type Asking = { onEstimate: CreateOptions['onEstimate']; emptyBill: () => Bill; stop: AbortSignal }
