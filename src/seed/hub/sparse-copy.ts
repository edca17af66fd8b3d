import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** A stretch of a file, from a byte to before another. */
export type Stretch = { from: number; to: number }

/** Something far away that is read by stretches. */
export type FarFile = { size: number; read(from: number, to: number): AsyncIterable<Buffer> }

/**
 * A file of this machine that has only those bytes of one far away that were asked for, at their places. Whoever reads it knows where to
 * read; a byte is fetched once.
 */
export class SparseCopy {
  /** Where it is. */
  readonly path: string
  private readonly far: FarFile
  private readonly file: number
  private fetched: Stretch[] = [] // in order, apart from each other
  private turn: Promise<unknown> = Promise.resolve()

  constructor(path: string, far: FarFile) {
    this.path = path
    this.far = far
    this.file = openSync(path, 'w')
    ftruncateSync(this.file, far.size)
  }

  /** Fetch what of these stretches is not there; those that are close together in one request. */
  fetch(stretches: readonly Stretch[]): Promise<void> {
    const done = this.turn.then(async () => {
      for (const missing of this.missing(stretches)) {
        let at = missing.from
        for await (const chunk of this.far.read(missing.from, missing.to)) {
          writeSync(this.file, chunk, 0, chunk.length, at)
          at += chunk.length
        }
        this.fetched = joined([...this.fetched, missing], 0)
      }
    })
    this.turn = done.catch(() => {})
    return done
  }

  /** Take bytes that were read before. */
  keep(from: number, bytes: Buffer): void {
    writeSync(this.file, bytes, 0, bytes.length, from)
    this.fetched = joined([...this.fetched, { from, to: from + bytes.length }], 0)
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    closeSync(this.file)
  }

  private missing(stretches: readonly Stretch[]): Stretch[] {
    return joined(stretches, GAP).flatMap(({ from, to }) => {
      const missing: Stretch[] = []
      let at = from
      for (const there of this.fetched) {
        if (there.to <= at || there.from >= to) continue
        if (there.from > at) missing.push({ from: at, to: there.from })
        at = Math.max(at, there.to)
      }
      if (at < to) missing.push({ from: at, to })
      return missing
    })
  }
}

/** A gap of this many bytes is cheaper to read than to ask twice. */
const GAP = 64 << 10

/** Stretches in order, those made one that are no further apart than a gap. */
function joined(stretches: readonly Stretch[], gap: number): Stretch[] {
  const result: Stretch[] = []
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last !== undefined && from <= last.to + gap) last.to = Math.max(last.to, to)
    else if (to > from) result.push({ from, to })
  }
  return result
}
