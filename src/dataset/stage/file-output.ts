import { rmSync } from 'node:fs'
import type { RowWriter, WriteOptions } from '../../codec/codec.ts'
import { growingPath, isStream, settle } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { systemReason } from '../../system-error.ts'
import { type PartSink, sinkOf } from './part-sink.ts'
import type { StageShape } from './row-stage.ts'
import { PartRows, type StagedFiles } from './staged-rows.ts'

/** Where rows go that are read in one go, and the form in which they have to come. */
export type RowOutput = { shape: StageShape; sink: PartSink }

const AS_THEY_ARE: StageShape = { form: 'lines', types: null }

/** A file whose ending names its codec. */
export async function openOutput(
  path: string,
  types: StoreTypes,
  files: StagedFiles,
  options: Pick<WriteOptions, 'guardsFormulas' | 'nested'> = {},
): Promise<RowOutput> {
  const { codecFor } = await import('../../codec/codec-for.ts')
  const codec = codecFor(path)
  if (codec.stage === undefined) return { shape: AS_THEY_ARE, sink: codecSink(codec.write(path, options)) }
  const shape: StageShape =
    codec.stage === 'pages'
      ? { form: 'pages', types }
      : options.nested
        ? AS_THEY_ARE
        : { form: 'lines', types, showsTypes: !isStream(path) }
  return { shape, sink: wholeFile(path, growing => sinkOf(shape, growing, { staged: files, changes: noChanges() })) }
}

function noChanges() {
  return { replacedSurrogates: 0, mistyped: 0 }
}

function codecSink(writer: RowWriter): PartSink {
  return {
    async take(part, fates) {
      const rows = new PartRows(part, null)
      for (const [i, fate] of fates.entries()) if (fate !== 'drop') await writer.write(rows.settled(i, fate) as unknown as Row)
    },
    close: async () => void (await writer.close()),
    abandon: () => void writer.abort(),
  }
}

/** A file that has its name only when it is whole: a reader never sees half of it. */
function wholeFile(path: string, open: (growing: string) => PartSink): PartSink {
  const growing = growingPath(path)
  const guarded = async <T>(action: () => Promise<T>): Promise<T> => {
    try {
      return await action()
    } catch (error) {
      throw cannotWrite(path, error)
    }
  }
  let sink: PartSink
  try {
    sink = open(growing)
  } catch (error) {
    throw cannotWrite(path, error)
  }
  return {
    take: (part, fates) => guarded(() => sink.take(part, fates)),
    close: () =>
      guarded(async () => {
        await sink.close()
        settle(growing, path)
      }),
    abandon() {
      sink.abandon()
      if (growing !== path) rmSync(growing, { force: true })
    },
  }
}

function cannotWrite(path: string, cause: unknown): TracewrightError {
  if (cause instanceof TracewrightError) return cause
  return new TracewrightError('file', `Cannot write '${path}': ${systemReason(cause)}`, { cause })
}
