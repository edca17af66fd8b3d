import { renameSync, writeFileSync } from 'node:fs'
import { growingPath } from './overwrite.ts'

/** Write a file that is there whole or not at all. */
export function writeAside(path: string, bytes: Uint8Array): void {
  const growing = growingPath(path)
  writeFileSync(growing, bytes)
  if (growing !== path) renameSync(growing, path)
}
