import { statSync } from 'node:fs'
import { ParquetFileReader } from '../codec/parquet/file-reader.ts'

/** Throws where a page is damaged. The engine does not look at the checksums of pages; where there is little to read, that is made up for. */
export function verifySmall(files: readonly string[]): void {
  const parquet = files.filter(file => file.endsWith('.parquet'))
  if (parquet.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0) > VERIFIED_BYTES) return
  for (const file of parquet) {
    using reader = statSync(file, { throwIfNoEntry: false }) && ParquetFileReader.open(file)
    reader?.verify()
  }
}

const VERIFIED_BYTES = 64 << 20
