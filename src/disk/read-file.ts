import { readFileSync } from 'node:fs'
import { closingFile } from './closing-file.ts'
import { isHandedOver, openToRead } from './regular-file.ts'

/**
 * What a regular file holds, whole, or a pipe that a shell hands over. Throws where the path names anything else, which is not opened,
 * and as `readFileSync` does.
 */
export function readBytes(path: string): Buffer {
  if (isHandedOver(path)) return readFileSync(path)
  const file = openToRead(path)
  using _file = closingFile(file)
  return readFileSync(file)
}

/** The same as text: of what this program wrote, which is UTF-8. What a person named goes through `decodeText`. */
export function readText(path: string): string {
  return readBytes(path).toString('utf8')
}
