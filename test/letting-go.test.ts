import { expect, it } from 'vitest'
import { sources, textOf } from './sources.ts'

/** What is promised to others, who let go of it by `close()` (inside, `closing` of src/closing.ts makes it one for `using`), and why it may. */
const PROMISED = [
  'src/codec/codec.ts', // RowFile, which codecs of others give, and RowWriter, whose `close` finishes a file
  'src/dataset/dataset.ts', // Dataset
  'src/rollout/read.ts', // Rollouts
  'src/seed/seed.ts', // OpenSeed, which seeds of others give
  'src/studio/studio.ts', // Studio
]

/** What finishes a file that is being written, and says what came of it: `abort` is its other end. Nothing is let go of by it. */
const FINISHING = [
  'src/codec/parquet/file-writer.ts',
  'src/dataset/stage/page-file.ts',
  'src/dataset/stage/part-sink.ts',
  'src/disk/whole-file.ts',
  'src/training/folder/rejects.ts',
  'src/training/folder/shards.ts',
]

/** Where letting go has its place in an order of other steps (replies are sent, a bill is saved), or what is let go of is a list. */
const IN_ORDER = [
  'src/dataset/ingest-shards/parse-shard.ts',
  'src/dataset/ingest-shards/plan-ingest.ts',
  'src/dataset/dataset.ts',
  'src/dataset/stage/state-folder.ts',
  'src/dataset/store/ingest.ts',
  'src/dataset/store/watch.ts',
  'src/pipeline/creation/creation.ts',
  'src/pipeline/shard/merge.ts',
  'src/pipeline/shard/plan-shards.ts',
  'src/pipeline/shard/run-shard.ts',
  'src/pipeline/workflow/workflow.ts',
  'src/rollout/scan-folder.ts',
  'src/rollout/scan.ts',
  'src/search/search-store.ts',
  'src/training/export/rows-where.ts',
]

const shipped = sources.filter(path => !path.includes('/testing/'))

it('what is held is let go of by `using`, not by hand', () => {
  const byHand = shipped.filter(path =>
    [...textOf(path).matchAll(/\n( *)\} finally \{\n([\s\S]*?)\n\1\}/g)].some(([, , body]) =>
      /\.close\(\)|closeSync\(|\[Symbol\.(?:async)?[dD]ispose\]\(\)|\.release\(/.test(body!),
    ),
  )
  expect(byHand.filter(path => !IN_ORDER.includes(path))).toEqual([])
  expect(IN_ORDER.filter(path => !byHand.includes(path))).toEqual([])
})

it('what can be let go of says so as `Symbol.dispose` does', () => {
  const spelled = shipped.filter(path => /^ {2}(?:async )?(?:close|release|destroy|terminate)\(\)(?::| \{)/m.test(textOf(path)))
  expect(spelled.filter(path => !PROMISED.includes(path) && !FINISHING.includes(path) && !isCodec(path))).toEqual([])
})

/** Writers of rows are RowWriters. */
function isCodec(path: string): boolean {
  return /^src\/codec\/(?:csv|json|jsonl|parquet|parquet-by-number)\.ts$/.test(path)
}
