import type { Row } from '../row.ts'
import type { RowFile } from './codec.ts'
import { codecFor } from './codec-for.ts'

/** Rows of several files by number, as if they were one file. Throws where a file cannot be opened. */
export async function openRowFiles(paths: readonly string[]): Promise<RowFile> {
  const files: RowFile[] = []
  const close = () => {
    for (const file of files) file.close()
  }
  try {
    for (const path of paths) files.push(await codecFor(path).open(path))
  } catch (error) {
    close()
    throw error
  }
  const columns = [...new Set(files.flatMap(file => file.columns))]
  return {
    columns,
    size: files.reduce((sum, file) => sum + file.size, 0),
    read(index): Promise<Row> {
      let at = index
      for (const file of files) {
        if (at < file.size) return file.read(at)
        at -= file.size
      }
      throw new RangeError(`There is no row ${index}`)
    },
    close,
  }
}
