import { closing } from '../closing.ts'
import { openRowFiles } from '../codec/row-files.ts'
import { type DatasetFiles, filesOf } from './dataset-files.ts'
import { type Facts, factsOf } from './facts.ts'
import { selectorOf } from './select.ts'
import type { Selectors } from './selectors.ts'
import { factsOfShard } from './store/facts-file.ts'

/** Facts of all rows of a dataset, in their order. Those of a store lie beside its rows; other rows are read for them. */
export async function* readFacts(path: string): AsyncIterable<Facts> {
  const { files, types, counts, store } = filesOf(path)
  if (store !== null) {
    for (const shard of store.manifest.shards) yield* factsOfShard(store.folder, store.manifest, shard)
    return
  }
  const rows = await openRowFiles(files, { types, counts })
  using _rows = closing(rows)
  for (let i = 0; i < rows.size; i++) yield factsOf(await rows.read(i))
}

/** Trace ids of the rows of a store, in their order; no other fact is read for them. */
export async function* traceIdsOf({ folder, manifest }: NonNullable<DatasetFiles['store']>): AsyncIterable<string> {
  for (const shard of manifest.shards) for await (const { trace_id } of factsOfShard(folder, manifest, shard, ['trace_id'])) yield trace_id
}

/** Facts of the sessions that meet selectors, each with the number of its row. */
export async function* selectFacts(path: string, selectors: Selectors): AsyncIterable<{ number: number; facts: Facts }> {
  const isSelected = selectorOf(selectors)
  let number = 0
  for await (const facts of readFacts(path)) {
    if (isSelected(facts)) yield { number, facts }
    number++
  }
}
