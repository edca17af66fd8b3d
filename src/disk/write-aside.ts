import { renameSync } from 'node:fs'
import { closingFile } from './closing-file.ts'
import { openToWrite } from './open-to-write.ts'
import { growingPath } from './overwrite.ts'
import { writeAll } from './write-all.ts'

/** Write a file that is there whole or not at all. */
export function writeAside(path: string, bytes: Uint8Array): void {
  const growing = growingPath(path)
  writeTo(growing, bytes)
  if (growing !== path) renameSync(growing, path)
}

function writeTo(path: string, bytes: Uint8Array): void {
  const file = openToWrite(path)
  using _file = closingFile(file)
  writeAll(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}
