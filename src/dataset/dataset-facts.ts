import { closing } from '../closing.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import { refuseMore } from '../fields.ts'
import { COUNTED_FACTS, type Counted, countOnce } from './count-once.ts'
import { type DatasetFiles, filesOf } from './dataset-files.ts'
import { type Facts, type RowFacts, type StoredFacts, storedFactsOf } from './facts.ts'
import { selectorOf } from './select.ts'
import type { Selectors } from './selectors.ts'
import { factsOfShard } from './store/facts-file.ts'
import type { Manifest } from './store/manifest.ts'

/**
 * Facts of all rows of a dataset, in their order; a response that several logs tell counts in one of them. Those of a store lie beside its
 * rows; other rows are read for them.
 */
export async function* readFacts(path: string, ...more: never[]): AsyncIterable<Facts> {
  refuseMore(more, 'readFacts', 'a path')
  const source = await openFacts(path)
  using _source = closing(source)
  const counted = await countOnce(source.counted)
  let number = 0
  for await (const facts of source.all()) yield counted(facts, number++)
}

/** So many rows that are no store's are read once, and their facts held; more are read twice. */
const HELD = 20_000

/** Facts as each row has them, for whoever asks for no tokens: what other logs tell of them is not looked at. */
export async function* readRowFacts(path: string): AsyncIterable<RowFacts> {
  const source = await openFacts(path)
  using _source = closing(source)
  yield* source.all()
}

type FactsSource = { all(): AsyncIterable<StoredFacts>; counted(): AsyncIterable<Counted>; close(): void }

async function openFacts(path: string): Promise<FactsSource> {
  const { files, types, counts, store } = filesOf(path)
  if (store !== null) {
    const { folder, manifest } = store
    return {
      async *all() {
        for (const shard of manifest.shards) yield* factsOfShard(folder, manifest, shard)
      },
      counted: () => countedFacts(folder, manifest),
      close() {},
    }
  }
  const rows = await openRowFiles(files, { types, counts })
  const held: StoredFacts[] = []
  const all = async function* () {
    for (let i = 0; i < rows.size; i++) {
      const facts = held[i] ?? storedFactsOf(await rows.read(i))
      if (i < HELD) held[i] = facts
      yield facts
    }
  }
  return { all, counted: all, close: () => rows.close() }
}

/** What it takes to count each response of a store once. */
export async function* countedFacts(folder: string, manifest: Manifest): AsyncIterable<Counted> {
  for (const shard of manifest.shards) yield* factsOfShard(folder, manifest, shard, COUNTED_FACTS)
}

/** Trace ids of the rows of a store, in their order; no other fact is read for them. */
export async function* traceIdsOf({ folder, manifest }: NonNullable<DatasetFiles['store']>): AsyncIterable<string> {
  for (const shard of manifest.shards) for await (const { trace_id } of factsOfShard(folder, manifest, shard, ['trace_id'])) yield trace_id
}

/** Trace ids of the sessions that meet selectors. */
export async function* selectIds(path: string, selectors: Selectors): AsyncIterable<string> {
  const isSelected = selectorOf(selectors)
  for await (const facts of readRowFacts(path)) if (isSelected(facts)) yield facts.trace_id
}

/** What is known of a row, with its number. */
export type NumberedFacts = {
  /** Of the row in its dataset, from 0. */
  number: number
  /** What is known of it. */
  facts: Facts
}

/** Facts of the sessions that meet selectors, each with the number of its row. */
export async function* selectFacts(path: string, selectors: Selectors): AsyncIterable<NumberedFacts> {
  const isSelected = selectorOf(selectors)
  let number = 0
  for await (const facts of readFacts(path)) {
    if (isSelected(facts)) yield { number, facts }
    number++
  }
}
