import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isObject, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'

/** The folder that a chat was held in: a file beside the folder of chats names it. Null for a window without one. */
export async function workingFolder(source: Source, file: string): Promise<string | null> {
  const folder = posix.dirname(file)
  if (posix.basename(folder) !== 'chatSessions') return null
  const above = posix.dirname(folder)
  const path = above === '.' ? 'workspace.json' : `${above}/workspace.json`
  const workspace = await source.shared(`vscode workspace ${path}`, () => source.json(path).catch(() => null))
  return isObject(workspace) ? pathOf(stringOrNull(workspace['folder']) ?? stringOrNull(workspace['workspace'])) : null
}

/** The path that an address of a file stands for; of one elsewhere, the address. Windows' have a drive. */
function pathOf(address: string | null): string | null {
  if (address === null || !address.startsWith('file://')) return address
  try {
    const isWindows = /^file:\/\/\/[a-z](?::|%3a)/i.test(address)
    return fileURLToPath(isWindows ? address.replace(/%3a/i, ':') : address, { windows: isWindows })
  } catch {
    return address
  }
}
