import { fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { zstdCompressSync } from 'node:zlib'
import { instantOf } from '../dataset/facts.ts'
import { closingFile } from '../disk/closing-file.ts'
import { writeAll } from '../disk/write-all.ts'
import type { Row } from '../row.ts'
import { APART, folded } from './folded.ts'
import { type Directory, MAGIC, type PageEntry } from './segment.ts'
import { signatureOf } from './signature.ts'
import { textsOf } from './text-of-row.ts'

/**
 * Write the texts of rows as a segment: pages of text, packed, then what says which of them can hold what. It has its name only when it
 * is whole. A text that is longer than a page has one of its own, so that no words are cut in two.
 */
export async function writeSegment(path: string, rows: AsyncIterable<Row>): Promise<void> {
  const growing = `${path}.${process.pid}.tmp`
  const file = openSync(growing, 'w')
  try {
    using _file = closingFile(file)
    const writer = new SegmentWriter(bytes => writeAll(file, bytes))
    for await (const row of rows) writer.add(row)
    writer.finish()
    fsyncSync(file)
    renameSync(growing, path)
  } catch (error) {
    rmSync(growing, { force: true })
    throw error
  }
}

/** Characters of a page: small enough to be unpacked for one hit, large enough to be packed well. */
const PAGE_CHARACTERS = 128 << 10

class SegmentWriter {
  private readonly write: (bytes: Buffer) => void
  private readonly directory: Directory = { rows: [], pages: [] }
  private readonly signatures: Buffer[] = []
  private offset = 0
  private entries: PageEntry[] = []
  private texts: string[] = []
  private characters = 0
  private newest = -Infinity

  constructor(write: (bytes: Buffer) => void) {
    this.write = write
  }

  add(row: Row): void {
    const at = instantOf(textOr(row['started_at'])) ?? instantOf(textOr(row['ended_at']))
    const number = this.directory.rows.length
    this.directory.rows.push([
      String(row['trace_id'] ?? ''),
      at,
      textOr(row['project_path']) ?? textOr(row['cwd']),
      textOr(row['source_kind']),
    ])
    for (const { message, whose, text } of textsOf(row)) {
      if (this.characters > 0 && this.characters + text.length > PAGE_CHARACTERS) this.flush()
      this.entries.push([number, message, whose, this.characters])
      this.texts.push(text)
      this.characters += text.length + APART.length
      this.newest = Math.max(this.newest, at ?? -Infinity)
    }
  }

  finish(): void {
    this.flush()
    const directory = zstdCompressSync(Buffer.from(JSON.stringify(this.directory)))
    const end = Buffer.alloc(16)
    end.writeUIntLE(this.offset, 0, 6)
    end.writeUInt32LE(directory.length, 6)
    end.write(MAGIC, 10, 'latin1')
    for (const bytes of [...this.signatures, directory, end]) this.write(bytes)
  }

  private flush(): void {
    if (this.entries.length === 0) return
    const text = this.texts.join(APART)
    const bytes = zstdCompressSync(Buffer.from(`${JSON.stringify(this.entries)}\n${text}`))
    this.write(bytes)
    this.directory.pages.push([this.offset, bytes.length, Number.isFinite(this.newest) ? this.newest : null])
    this.signatures.push(signatureOf(folded(text)))
    this.offset += bytes.length
    this.entries = []
    this.texts = []
    this.characters = 0
    this.newest = -Infinity
  }
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
