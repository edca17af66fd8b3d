import { statSync } from 'node:fs'
import { join } from 'node:path'

/** Sizes of files, each asked of the disk once: whoever has looked at a file already tells. */
export class FileSizes {
  private readonly known = new Map<string, number>()

  /** Tell the size of a file. */
  set(root: string, file: string, size: number): void {
    this.known.set(join(root, file), size)
  }

  /** Bytes of a file; 0 where there is none. */
  of(root: string, file: string): number {
    const path = join(root, file)
    const size = this.known.get(path) ?? statSync(path, { throwIfNoEntry: false })?.size ?? 0
    this.known.set(path, size)
    return size
  }
}
