import type { FileSizes } from './file-sizes.ts'
import type { UnitToStage } from './stager.ts'

/** A log that fills a batch alone has one of its own, so that no other is done again when it is too much for a thread. */
export function* batchesOf(refs: readonly UnitToStage[], sizes: FileSizes): Iterable<UnitToStage[]> {
  let batch: UnitToStage[] = []
  let bytes = 0
  for (const ref of refs) {
    const size = sizes.of(ref.source.root, ref.unit.files[0]!)
    if (batch.length === BATCH_UNITS || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(ref)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** So many units, or bytes of logs, are done at a time: to ask a thread costs more than a small log, and so do pages of few rows. */
const BATCH_UNITS = 512
const BATCH_BYTES = 4 << 20

/** Whether units are so few or small that one thread is done with them before others have started. */
export function isLittle(refs: readonly UnitToStage[], sizes: FileSizes): boolean {
  let bytes = 0
  const files = new Set<string>()
  for (const { source, unit } of refs)
    for (const file of unit.files) {
      const path = `${source.root}\n${file}`
      if (files.has(path)) continue
      files.add(path)
      bytes += sizes.of(source.root, file)
      if (bytes > LITTLE_BYTES) return false
    }
  return true
}

/** Less than this is done as soon by one thread, in two thirds of the CPU time, before two have warmed up; of more, two are done sooner. */
const LITTLE_BYTES = 96 << 20
