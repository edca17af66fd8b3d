import { Turnstile } from '../turnstile.ts'
import { notFound } from './answer.ts'
import type { Sources } from './api.ts'
import { OpenSource } from './open-source.ts'
import { currentSource, type FoundSource } from './sources.ts'

/** What all routes share: the sources that were found when the studio started, and a turnstile before what is heavy. */
export class Desk {
  readonly isReadOnly: boolean
  readonly turnstile = new Turnstile(AT_ONCE)
  /** Labels are written one after the other: their files have one writer. */
  readonly pen = new Turnstile(1)
  private readonly open: ReadonlyMap<string, OpenSource>

  constructor(sources: readonly FoundSource[], isReadOnly: boolean) {
    this.open = new Map(sources.map(source => [source.id, new OpenSource(source)]))
    this.isReadOnly = isReadOnly
  }

  /** Read the first source before anybody asks: what is wrong with it is told to who does. */
  warmUp(): void {
    const [first] = this.open.values()
    if (first?.found.kind === 'store') void first.index().catch(() => {})
  }

  /** All sources as they stand. */
  sources(version: string): Sources {
    return { sources: [...this.open.values()].map(({ found }) => currentSource(found)), version, read_only: this.isReadOnly }
  }

  /** A source. Throws where there is none of this id, or it is of another kind. */
  source(id: string, ...kinds: FoundSource['kind'][]): OpenSource {
    const source = this.open.get(id)
    if (source === undefined || (kinds.length > 0 && !kinds.includes(source.found.kind)))
      throw notFound(`${kinds[0] ?? 'source'} of this name`)
    return source
  }
}

/** Readings of rows that go on at once: each holds rows. */
const AT_ONCE = 4
