import { openSync, renameSync } from 'node:fs'
import { TypeEvidence } from '../../codec/type-evidence.ts'
import { closingFile } from '../../disk/closing-file.ts'
import { syncFile } from '../../disk/sync.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { StoreTypes } from '../../store-type.ts'
import { linesIn } from './staged-lines.ts'
import type { LinePlace } from './staged-rows.ts'

/**
 * Knows which lines of a file show its readers the types of the columns, and puts them first where they do not stand where readers look.
 * Of each type the shortest line that shows it is known, whatever the number of lines.
 */
export class FrontLines {
  private readonly evidence: TypeEvidence
  private readonly shortest: (LinePlace | undefined)[] = []
  private readonly isSeen: boolean[] = []
  private readonly lookedAt: number
  private size = 0

  constructor(types: StoreTypes, lookedAt: number = LOOKED_AT_BYTES) {
    this.evidence = new TypeEvidence(types)
    this.lookedAt = lookedAt
  }

  /** Where to mark what one line shows. */
  shows(): { evidence: TypeEvidence; shown: Uint8Array } {
    return { evidence: this.evidence, shown: new Uint8Array(this.evidence.size) }
  }

  /** The next line of the file, and what it shows. */
  add(length: number, shown = ''): void {
    const place = { offset: this.size, length }
    this.size += length
    for (let i = shown.indexOf('1'); i >= 0; i = shown.indexOf('1', i + 1)) {
      if (place.offset < this.lookedAt) this.isSeen[i] = true
      if (length < (this.shortest[i]?.length ?? Number.POSITIVE_INFINITY)) this.shortest[i] = place
    }
  }

  /** Put lines of the file first that have to stand there; the others follow in their order. */
  settle(path: string): void {
    const first = this.toMove()
    if (first.length === 0) return
    const aside = `${path}.front`
    const output = openSync(aside, 'w')
    {
      using _output = closingFile(output)
      const write = (place: LinePlace) => {
        for (const piece of linesIn({ file: path, ...place })) writeAll(output, piece)
      }
      for (const place of first) write(place)
      let at = 0
      for (const { offset, length } of first.toSorted((a, b) => a.offset - b.offset)) {
        write({ offset: at, length: offset - at })
        at = offset + length
      }
      write({ offset: at, length: this.size - at })
      syncFile(output)
    }
    renameSync(aside, path)
  }

  private toMove(): LinePlace[] {
    if (this.shortest.every((place, i) => place === undefined || this.isSeen[i] === true)) return []
    const places = [...new Set(this.shortest.filter(place => place !== undefined))]
    const bytes = places.reduce((sum, { length }) => sum + length, 0)
    // A long line comes last: it is read to its end if it begins where readers look.
    return places.sort((a, b) => (bytes <= this.lookedAt ? a.offset - b.offset : a.length - b.length))
  }
}

/** Hugging Face takes the types of a file of lines from so many bytes of it, and from the rest of the line in which they end. */
const LOOKED_AT_BYTES = 10 << 20
