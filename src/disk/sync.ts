import { fsyncSync } from 'node:fs'

/** Wait until what was written to an open file is on the disk. Devices and pipes have none to be on. */
export function syncFile(file: number): void {
  try {
    fsyncSync(file)
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
